; Setup for Windows out of a bundle. Compile with:
; ISCC /DVersion=NUMBER "/DPublisher=SOMEBODY" /DBundle=dist\easel /DIcons=build\package\icons packaging\windows\easel.iss
; /DSign "/Ssign=TOOL ITS ARGUMENTS $f" signs the program of setup and of removal.

#ifndef Version
  #error Say which version with /DVersion=
#endif
#ifndef Bundle
  #error Say where the bundle is with /DBundle=
#endif

#ifndef Publisher
  #error Say who hands it out with /DPublisher=
#endif

[Setup]
AppId={{7C1D3B5E-5B0C-4C53-9C53-6B0B6A2E6E52}
AppName=Easel
AppVersion={#Version}
AppPublisher={#Publisher}
DefaultDirName={autopf}\Easel
DefaultGroupName=Easel
DisableProgramGroupPage=yes
; for one person without asking an administrator, or for all after asking
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputBaseFilename=Easel-{#Version}-setup
SetupIconFile={#Icons}\easel.ico
UninstallDisplayIcon={app}\easel.exe
Compression=lzma2/normal
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
#ifdef Sign
SignTool=sign
SignedUninstaller=yes
#endif

[InstallDelete]
; a newer version laid over an older one would import what only the older one had
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Easel"; Filename: "{app}\easel.exe"
Name: "{autodesktop}\Easel"; Filename: "{app}\easel.exe"; Tasks: desktop

[Tasks]
Name: desktop; Description: "Put an icon on the desktop"; Flags: unchecked

[Registry]
Root: HKA; Subkey: "Software\Classes\.ora\OpenWithProgids"; ValueType: string; ValueName: "Easel.ora"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\Easel.ora"; ValueType: string; ValueData: "OpenRaster picture"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Easel.ora\shell\open\command"; ValueType: string; ValueData: """{app}\easel.exe"" ""%1"""

[Run]
Filename: "{app}\easel.exe"; Description: "Open Easel"; Flags: nowait postinstall skipifsilent
