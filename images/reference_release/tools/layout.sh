#!/bin/sh
# layout.sh OUT PLATFORM...: writes OUT/image, an OCI image layout with one index, of an image of what OUT has for each platform.
set -eu
out=$1
layout=$out/image
shift
rm -rf "$layout"
mkdir -p "$layout/blobs/sha256"

# Takes the file "next" in as a blob, and prints a descriptor of it without its braces.
blob() {
    digest=$(sha256sum <"$layout/next")
    digest=${digest%% *}
    size=$(wc -c <"$layout/next")
    mv "$layout/next" "$layout/blobs/sha256/$digest"
    printf '"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%d' "$1" "$digest" "$size"
}

entries=
for name; do
    os=${name%%-*} machine=${name#*-}
    case $machine in
    *-*) variant=",\"variant\":\"${machine#*-}\"" ;;
    *) variant= ;;
    esac
    platform="\"os\":\"$os\",\"architecture\":\"${machine%%-*}\"$variant"
    tar -C "$out/$name" --sort=name --mtime=@315532801 --owner=0 --group=0 --transform 's,^,cnb/,S' \
        -cf "$layout/next" lifecycle.toml lifecycle
    diff_id=sha256:$(sha256sum <"$layout/next" | cut -d ' ' -f 1)
    layer=$(blob layer.v1.tar)
    printf '{%s,"rootfs":{"type":"layers","diff_ids":["%s"]},"config":{}}' "$platform" "$diff_id" >"$layout/next"
    config=$(blob config.v1+json)
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{%s},"layers":[{%s}]}' \
        "$config" "$layer" >"$layout/next"
    entries="$entries${entries:+,}{$(blob manifest.v1+json),\"platform\":{$platform}}"
done
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}' "$entries" >"$layout/next"
printf '{"schemaVersion":2,"manifests":[{%s}]}' "$(blob index.v1+json)" >"$layout/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
