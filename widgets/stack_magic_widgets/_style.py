"""How the widgets look: one style sheet on the front end's own variables, light and dark."""

from __future__ import annotations

SHEET = """<style>
.sm{--sm-bg:var(--jp-layout-color1,var(--vscode-editor-background,#fff));
--sm-bg2:var(--jp-layout-color2,var(--vscode-sideBar-background,#f3f4f6));
--sm-fg:var(--jp-ui-font-color1,var(--vscode-editor-foreground,#1f2328));
--sm-fg2:#57606a;--sm-line:var(--jp-border-color2,var(--vscode-panel-border,#d0d7de));
--sm-edge:var(--jp-border-color1,var(--vscode-input-border,#8c959f));
--sm-ok:#1a7f37;--sm-bad:#c62828;--sm-warn:#8a5a00;--sm-acc:#0b5cad;
--sm-font:var(--jp-ui-font-family,system-ui,sans-serif);
--sm-mono:var(--jp-code-font-family,ui-monospace,monospace)}
body[data-jp-theme-light="false"] .sm,.vscode-dark .sm,body.theme-dark .sm{--sm-fg2:#b3bac4;
--sm-ok:#56d364;--sm-bad:#ff8a80;--sm-warn:#e3b341;--sm-acc:#79c0ff}
.sm-root{max-width:1000px;border:1px solid var(--sm-line);border-radius:10px;
background:var(--sm-bg);color:var(--sm-fg);padding:0;overflow:hidden!important;
font-family:var(--sm-font);font-size:13px}
.sm *{box-sizing:border-box}
.sm .widget-html-content,.sm .widget-label,.sm table{font-family:var(--sm-font);color:var(--sm-fg);
line-height:1.45;font-size:13px}
.sm .widget-html,.sm .widget-html-content{height:auto;min-height:0;white-space:normal;margin:0;
width:auto}
.sm .widget-box,.sm .widget-text,.sm .widget-dropdown,.sm .widget-textarea,.sm .widget-html
{overflow:visible}
.sm-head,.sm-foot{align-items:center;gap:12px;padding:10px 16px;background:var(--sm-bg2);
flex-flow:row wrap}
.sm-head .widget-label,.sm-foot .widget-label{width:auto!important;max-width:none!important}
.sm .sm-head .widget-text,.sm .sm-foot .widget-checkbox{width:auto;max-width:none;margin:2px}
.sm-acts{align-items:center;gap:8px;margin-top:8px}
.sm-foot .sm-message{flex:1 1 200px}
.sm-head{border-bottom:1px solid var(--sm-line)}
.sm-foot{border-top:1px solid var(--sm-line);background:var(--sm-bg)}
.sm-title{font-weight:600;font-size:15px}
.sm-sub,.sm-help{color:var(--sm-fg2);font-size:12px}
.sm-body{flex-flow:row wrap;align-items:stretch;gap:0}
.sm-left{flex:1 1 520px;min-width:min(430px,100%);padding:6px 16px 14px}
.sm-right{flex:1 1 300px;min-width:min(280px,100%);padding:12px 16px 16px;
border-left:1px solid var(--sm-line);background:linear-gradient(var(--sm-bg2),var(--sm-bg) 120px)}
.sm-pad{padding:12px 16px}
.sm-section{font-weight:600;font-size:11px;letter-spacing:.06em;text-transform:uppercase;
color:var(--sm-fg2);margin:10px 0 4px;display:block}
.sm .widget-inline-hbox .widget-label{width:140px;max-width:40%;text-align:right;
white-space:normal;line-height:1.25;height:auto;align-self:center;margin-right:8px}
.sm .widget-text,.sm .widget-dropdown,.sm .widget-textarea,.sm .widget-checkbox,.sm-secret
{width:100%;max-width:480px;margin:2px 0}
.sm .widget-checkbox .widget-label-basic{color:var(--sm-fg)}
.sm-note{padding-left:148px;margin:-1px 0 5px!important}
.sm-note:has(.widget-html-content:empty){display:none!important}
.sm-nested{margin:2px 0 8px 12px;padding:2px 0 2px 10px;border-left:2px solid var(--sm-line)}
.sm-by{align-items:flex-start;gap:4px;max-width:520px}
.sm-by>.widget-box:first-child{flex:1 1 auto;min-width:0}
.sm-legend+.sm-note{padding-left:0}
.sm .widget-toggle-buttons{margin:2px 0}
.sm .widget-toggle-buttons .widget-toggle-button{width:auto;border:1px solid var(--sm-edge);
background:transparent;color:var(--sm-fg)}
.sm .widget-toggle-buttons .mod-active{background:var(--sm-acc);color:var(--sm-bg)}
.sm button.sm-small{width:auto;flex:0 0 auto;
min-width:30px;padding:0 9px;border:1px solid var(--sm-edge);
background:transparent;color:var(--sm-fg)}
.sm button.sm-small.mod-active{background:var(--sm-acc);color:var(--sm-bg)}
.sm button{border-radius:6px;width:auto;min-width:0;font-family:var(--sm-font)}
.sm button.mod-primary{padding:0 14px;background:var(--sm-acc);color:#fff}
body[data-jp-theme-light="false"] .sm button.mod-primary,.vscode-dark .sm button.mod-primary
{color:#0d1117}
.sm button:disabled{opacity:1;background:var(--sm-bg2)!important;color:var(--sm-fg2)!important;
border:1px dashed var(--sm-edge)}
.sm select,.sm input[type=text],.sm input[type=password],.sm textarea{border-radius:5px;
border:1px solid var(--sm-edge);background-color:var(--sm-bg);color:var(--sm-fg);
font-family:var(--sm-font);font-size:13px}
.sm ::placeholder{color:var(--sm-fg2);opacity:1}
.sm select{appearance:auto;-webkit-appearance:auto;background-image:none;padding:0 4px}
body[data-jp-theme-light="false"] .sm select,.vscode-dark .sm select,
body[data-jp-theme-light="false"] .sm input,.vscode-dark .sm input{color-scheme:dark}
.sm select:focus-visible,.sm input:focus-visible,.sm button:focus-visible,
.sm textarea:focus-visible,.sm summary:focus-visible{outline:2px solid var(--sm-acc)!important;
outline-offset:1px}
.sm-slot{align-items:center;gap:6px;min-height:36px;padding:1px 4px 1px 6px;flex-flow:row wrap;
border-left:3px solid transparent}
.sm-slot.sm-is-ok{border-left-color:var(--sm-ok)}
.sm-slot.sm-is-bad{border-left-color:var(--sm-bad)}
.sm-slot.sm-is-warn{border-left-color:var(--sm-warn)}
.sm-slot:hover,.sm-slot:focus-within{background:var(--sm-bg2)}
.sm-slot .widget-dropdown{flex:0 1 350px;width:350px;max-width:calc(100% - 44px)}
.sm-ok{color:var(--sm-ok)}.sm-bad{color:var(--sm-bad)}.sm-warn{color:var(--sm-warn)}
.sm-off{color:var(--sm-fg2)}
.sm-pill{display:inline-block;font-weight:600;font-size:12px;line-height:20px;border-radius:11px;
padding:0 10px;border:1px solid currentColor;white-space:nowrap}
.sm-drawer{margin:4px 0 10px 10px;padding:8px 12px 12px;border:1px solid var(--sm-line);
border-radius:8px;background:var(--sm-bg)}
.sm-bar{display:flex;gap:3px;margin:8px 0 10px}
.sm-bar i{height:6px;flex:1;border-radius:3px;background:var(--sm-line)}
.sm-bar i.ok{background:var(--sm-ok)}.sm-bar i.warn{background:var(--sm-warn)}
.sm-bar i.bad{background:repeating-linear-gradient(45deg,var(--sm-bad) 0 3px,transparent 3px 6px)}
.sm-bar i.gap{flex:0 0 6px;background:none}
.sm-list{list-style:none;margin:0 0 6px;padding:0;font-size:12.5px}
.sm-list li{display:flex;justify-content:space-between;gap:8px;padding:3px 0;
border-bottom:1px dashed var(--sm-line)}
.sm-list li>span:first-child{color:var(--sm-fg2)}
.sm-tag{font-size:11px;color:var(--sm-fg2);border:1px solid var(--sm-line);border-radius:4px;
padding:0 5px;margin-left:6px;white-space:nowrap}
.sm-finding{margin:8px 0 0!important;padding:7px 10px;border-radius:6px;
border:1px solid var(--sm-line);border-left:3px solid var(--sm-bad);font-size:12.5px;
align-items:flex-start}
.sm-finding.sm-is-warn{border-left-color:var(--sm-warn)}
.sm-finding.sm-is-off{border-left-color:var(--sm-fg2)}
.sm-finding button{margin:4px 0 0}
.sm-line{display:flex;gap:8px;align-items:flex-start;margin-top:10px;padding:6px 8px;
border:1px solid var(--sm-line);border-radius:6px;background:var(--sm-bg2)}
.sm-line code{flex:1;font:12px/1.5 var(--sm-mono);white-space:pre-wrap;word-break:break-word;
color:var(--sm-fg);background:none}
.sm-line button{font-size:12px;border:1px solid var(--sm-edge);background:var(--sm-bg);
color:var(--sm-fg);padding:1px 8px;cursor:pointer}
.sm pre{font:12px/1.45 var(--sm-mono);white-space:pre-wrap;margin:4px 0;color:var(--sm-fg);
background:none}
.sm table{border-collapse:collapse;margin:4px 0}
.sm th,.sm td{text-align:left;padding:3px 14px 3px 0;vertical-align:top;
border-bottom:1px solid var(--sm-line);background:none}
.sm code{font-family:var(--sm-mono);font-size:12px;color:var(--sm-fg)}
.sm-scroll .widget-html-content{max-height:240px;overflow:auto;display:flex;
flex-direction:column-reverse}
.sm-action{align-items:center;gap:8px}
.sm-action .sm-line{margin:2px 0}.sm-action .widget-html{flex:1;min-width:0}
.sm .sm-action>button{flex:0 0 120px}
.sm-browser .sm-left{flex:1 1 380px;min-width:min(320px,100%)}
.sm-browser .sm-right{flex:1.3 1 460px}
.sm-browser .widget-label{width:70px!important}
.sm-head .widget-toggle-buttons{display:flex;align-items:center;gap:6px}
.sm .widget-select{width:100%}.sm .widget-select select{padding:2px}
.sm-tabs{gap:4px;padding:0;flex-flow:row wrap}
.sm-hidden,.sm [hidden]{display:none!important}
.sm-secret{display:flex;align-items:center;gap:8px}
.sm-secret label{width:140px;max-width:40%;text-align:right;flex:none}
.sm-secret input{flex:1;height:28px;padding:4px 8px;min-width:0}
.sm svg{color:var(--sm-fg)}
</style>"""

# JupyterLab takes keys from all that is not a text box: letters and arrows would leave a
# choice, Enter a button. Its own attribute says that they are meant for the element. An
# image that is none is the only way for HTML to begin anything.
KEYS = (
    '<img src="data:," alt="" hidden onerror="'
    "this.closest('.sm-root').addEventListener('focusin',function(e){"
    "if(!e.target.matches('input[type=text],input[type=password],textarea'))"
    "e.target.dataset.lmSuppressShortcuts='true'})\">"
)
"""Goes with the sheet into every output."""
