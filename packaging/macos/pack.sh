#!/bin/sh
# pack.sh EASEL.APP VERSION FOLDER   a .dmg out of the application, on a Mac
#
# The application is signed while it is built, if EASEL_SIGNING_IDENTITY is set. With
# EASEL_NOTARY_PROFILE (made by `xcrun notarytool store-credentials`) the image is notarised too.
# Never run yet: no Mac was at hand.
set -eu
app=$1 version=$2 folder=$3
image="$folder/Easel-$version.dmg"
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
# ditto and not cp: frameworks are full of links, and a signature dies with any of them
ditto "$app" "$staged/Easel.app"
ln -s /Applications "$staged/Applications"
rm -f "$image"
hdiutil create -volname Easel -srcfolder "$staged" -format ULFO "$image"
if [ -n "${EASEL_SIGNING_IDENTITY:-}" ]; then
    codesign --sign "$EASEL_SIGNING_IDENTITY" --timestamp "$image"
fi
if [ -n "${EASEL_NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$EASEL_NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature "$image"
fi
