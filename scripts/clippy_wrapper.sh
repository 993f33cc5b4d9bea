#!/usr/bin/env bash
# Clippy over the crates of the workspace without compiling anything: RUSTC_WORKSPACE_WRAPPER=scripts/clippy_wrapper.sh.
#
# `cargo clippy` checks every dependency anew, DataFusion among them, because checking and building keep separate
# results. As the wrapper of `cargo build`, which wraps only our own crates, clippy reads what has been built already. Our
# crates are looked at and not translated: machine code is not asked for, and where cargo names a library of ours that
# was therefore never made, its metadata serves.
set -euo pipefail

args=()
for arg in "$@"; do
    case $arg in
        # Build scripts run, so they are built.
        build_script_*) exec "$@" ;;
        --emit=*metadata*) arg=${arg/,link/} ;;
        # Of a program or a test only the link would be asked for; without any product the compiler does not look at types.
        --emit=*) arg=${arg/link/metadata} ;;
        *.rlib)
            file=${arg#*=}
            [ -e "$file" ] || arg=${arg%.rlib}.rmeta
            ;;
    esac
    args+=("$arg")
done
exec clippy-driver "${args[@]}" -D warnings
