# Builds the build once, then starts it: ./build.ps1 --target=<task> [options]. Without arguments it lists the tasks. The twin of build.sh,
# which explains the choices made here. DBGATE_NO_INSTALL=1 forbids installing. For Windows PowerShell 5.1 and PowerShell 7: 5.1 takes text
# without a byte-order mark for ANSI, so this file is ASCII, and files are read and written through .NET, which uses UTF-8.
$ErrorActionPreference, $ProgressPreference = 'Stop', 'SilentlyContinue'

$root = $PSScriptRoot
$hostFolder = Join-Path $root 'artifacts/host'
$stamp = Join-Path $hostFolder 'stamp'
$onWindows = $env:OS -eq 'Windows_NT'

function Say([string]$text) { [Console]::Error.WriteLine("build.ps1: $text") }
function Die([string]$text, [string]$fix, [int]$code = 20) { Say $text; if ($fix) { Say "fix: $fix" }; exit $code }

# A source is newer than the stamp when it was written or created since; a folder, when an entry was added or removed.
function Test-Changed {
    if (-not (Test-Path -LiteralPath $stamp)) { return $true }
    $since = [IO.File]::GetLastWriteTimeUtc($stamp)
    $paths = 'src', 'build', 'build.ps1', 'global.json', 'Directory.Build.props', 'Directory.Packages.props', '.editorconfig',
        'artifacts/frosting.props', 'NuGet.config' | ForEach-Object { Join-Path $root $_ } | Where-Object { Test-Path -LiteralPath $_ }
    $items = @(Get-Item -Force -LiteralPath $paths) + @(Get-ChildItem -Force -Recurse -LiteralPath $paths)
    return [bool]($items | Where-Object { $_.LastWriteTimeUtc -gt $since -or $_.CreationTimeUtc -gt $since } | Select-Object -First 1)
}

# The last build: the dotnet that made it, and its folder.
function Get-Current { if (Test-Path -LiteralPath "$hostFolder/current") { [IO.File]::ReadAllLines("$hostFolder/current") } }
function Test-UpToDate {
    $dotnet, $app = Get-Current
    return $app -and (Test-Path -LiteralPath $dotnet) -and (Test-Path -LiteralPath "$app/DbGate.Build.dll") -and -not (Test-Changed)
}

# Runs a program in the repository's root, with all of its output on standard error. Sets $LASTEXITCODE.
function Invoke-Program([string]$program, [string[]]$arguments, [switch]$Quiet) {
    $ErrorActionPreference = 'Continue' # a line of a program's error output is not an error of this script
    Push-Location -LiteralPath $root
    try { & $program @arguments 2>&1 | ForEach-Object { if (-not $Quiet) { [Console]::Error.WriteLine("$_") } } } finally { Pop-Location }
}

function Find-Sdk {
    $name = if ($onWindows) { 'dotnet.exe' } else { 'dotnet' }
    $onPath = Get-Command dotnet -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    $folders = $env:DOTNET_ROOT, $(if ($onPath) { Split-Path $onPath.Source }), (Join-Path $HOME '.dotnet'), "$env:ProgramFiles/dotnet"
    foreach ($sdk in $folders | Where-Object { $_ } | ForEach-Object { Join-Path $_ $name } | Where-Object { Test-Path -LiteralPath $_ }) {
        Invoke-Program $sdk @('--version') -Quiet
        if ($LASTEXITCODE -eq 0) { return $sdk }
    }
}

function Install-Sdk {
    $channel = ([IO.File]::ReadAllText((Join-Path $root 'global.json')) | ConvertFrom-Json).sdk.version -replace '^(\d+\.\d+).*', '$1'
    $byHand = 'install it from https://dot.net/download'
    if ($env:DBGATE_NO_INSTALL) { Die "the .NET SDK $channel is missing and DBGATE_NO_INSTALL forbids installing it" $byHand }
    Say "no .NET SDK $channel found; installing it"
    $extension, $folder = $(if ($onWindows) { 'ps1' } else { 'sh' }), (Join-Path $HOME '.dotnet')
    $script = Join-Path ([IO.Path]::GetTempPath()) "dotnet-install-$PID.$extension"
    try {
        [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
        Invoke-WebRequest -UseBasicParsing -TimeoutSec 60 -Uri "https://dot.net/v1/dotnet-install.$extension" -OutFile $script
        if ($onWindows) { & $script -Channel $channel -InstallDir $folder -NoPath | Out-Null }
        else { & bash $script --channel $channel --install-dir $folder --no-path | Out-Null }
    }
    catch { Say "the official install script failed: $($_.Exception.Message)" }
    finally { Remove-Item -Force -ErrorAction SilentlyContinue -LiteralPath $script }
    if ($found = Find-Sdk) { return $found }
    Die "the .NET SDK $channel could not be installed" "$byHand, or put its folder into DOTNET_ROOT"
}

function Invoke-Build {
    $dotnet = Find-Sdk
    if (-not $dotnet) { $dotnet = Install-Sdk }
    Say 'building (once; again when a source changes)'
    Invoke-Program $dotnet @('msbuild', 'build/Host.proj', '-v:minimal', '-nologo', '-tl:off', '-nodeReuse:false')
    if ($LASTEXITCODE) { Die 'restore failed (above)' "check the network and the package feed: $dotnet nuget list source" }
    [IO.File]::WriteAllText("$stamp.new", '')
    $app = Join-Path $hostFolder "app-$(Get-Date -Format yyyyMMddHHmmss)-$PID"
    $ahead = [IO.File]::ReadAllText("$hostFolder/ready-to-run").Trim()
    Invoke-Program $dotnet @('publish', 'build/DbGate.Build.csproj', '--no-restore', '-c', 'Release', '-v', 'quiet', '-nologo', '-tl:off',
        '-nodeReuse:false', '-p:HostBuild=true', "-p:HostReadyToRun=$ahead", '-o', $app)
    if ($LASTEXITCODE) { Remove-Item -Recurse -Force -ErrorAction SilentlyContinue -LiteralPath $app; Die 'the build failed (above)' '' 1 }
    [IO.File]::WriteAllText("$hostFolder/current", "$dotnet`n$app`n")
    Move-Item -Force -LiteralPath "$stamp.new" $stamp
    Get-ChildItem -LiteralPath $hostFolder -Filter 'app-*' | Sort-Object Name | Select-Object -SkipLast 3 |
        Remove-Item -Recurse -Force -ErrorAction SilentlyContinue
}

if (-not (Test-UpToDate)) { # one builder at a time
    $null = [IO.Directory]::CreateDirectory($hostFolder)
    $lockFile = Join-Path $hostFolder 'lock.ps1'
    for ($try = 0; -not $lock; $try++) {
        try { $lock = [IO.File]::Open($lockFile, 'OpenOrCreate', 'ReadWrite', 'None') }
        catch [IO.IOException] { Start-Sleep -Milliseconds 250 }
        if ($try -ge 2400) { Die 'another build.ps1 has been building for ten minutes' "end it, or remove $lockFile" 12 }
    }
    try { if (-not (Test-UpToDate)) { Invoke-Build } } finally { $lock.Dispose() }
}

# PowerShell reads a,b as an array; the program wants it as one argument again.
$dotnet, $app = Get-Current
$flat = @($args | ForEach-Object { if ($_ -is [array]) { $_ -join ',' } else { $_ } })
& $dotnet "$app/DbGate.Build.dll" @flat
exit $LASTEXITCODE
