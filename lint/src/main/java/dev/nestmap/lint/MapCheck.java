/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.BtfKind;
import dev.nestmap.btf.BtfType;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.lint.rules.KernelRules;
import dev.nestmap.lint.rules.KeyPaddingFinder;
import dev.nestmap.lint.rules.RuleViolation;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.SizeRange;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out whether the kernel rejects a map of an object file, whether it needs work of the loader, and whether it is fragile. */
final class MapCheck {
    /** Structs of UAPI headers that maps contain often. {@code vmlinux.h} has them too, but the kernel never changes them. */
    private static final Set<String> NEVER_CHANGED = Set.of("in_addr", "in6_addr", "bpf_sock_tuple", "bpf_tunnel_key");

    /** The largest number of places of padding that are listed for a key. */
    private static final int MOST_PADDING = 3;

    /** The fields for which the kernel searches all structs of the BTF. */
    private static final Set<CType> SEARCHED =
            Set.of(ManagedFieldType.SPIN_LOCK, ManagedFieldType.LIST_HEAD, ManagedFieldType.RB_ROOT);

    private static final String WITHOUT_BTF =
            "; libbpf then creates the map without BTF: the object loads, but programs can't use the field";

    private final Set<String> relocated;
    private final MapDef map;
    private final MapKind kind;
    private final boolean isInner;
    private final boolean usesFields;
    private final ProblemCollector problems;

    private MapCheck(Set<String> relocated, MapDef map, boolean usesFields, ProblemCollector problems) {
        this.relocated = relocated;
        this.map = map;
        this.kind = map.kind();
        this.isInner = map.role() == MapRole.INNER;
        this.usesFields = usesFields;
        this.problems = problems;
    }

    private static void addTo(KeyPaddingFinder padding, BtfType struct) {
        List<BtfType.Member> members = struct.members();
        padding.addStruct(
                struct.name(),
                struct.size(),
                members.stream().map(BtfType.Member::name).toList(),
                members.stream()
                        .filter(member -> StructType.isPadName(member.name()))
                        .map(member -> member.bitOffset() / Byte.SIZE)
                        .collect(Collectors.toSet()));
    }

    /**
     * Adds the problems of all maps.
     *
     * @param usesFields whether programs use fields that the kernel manages
     * @param problems receives the problems
     */
    static void check(ObjectFile file, boolean usesFields, ProblemCollector problems) {
        KeyPaddingFinder padding = new KeyPaddingFinder();
        file.btf().ifPresent(types -> types.types(BtfKind.STRUCT).forEach(struct -> addTo(padding, struct)));
        // libbpf rounds the sizes of ring buffers up before the kernel sees them.
        for (MapDef map : file.schema().withPages(MapKind.PAGE_SIZE).maps()) {
            for (RuleViolation finding : KernelRules.check(map)) {
                boolean isFragile = !usesFields && KernelRules.isOfManagedFields(finding.rule());
                problems.add(new Finding(
                        finding.rule().id(),
                        isFragile ? Severity.WARNING : Severity.ERROR,
                        "map " + finding.map(),
                        finding.message() + (isFragile ? WITHOUT_BTF : ""),
                        "correct the definition in C"));
            }
        }
        file.schema()
                .maps()
                .forEach(map -> new MapCheck(file.relocatedTypes(), map, usesFields, problems).check(padding));
    }

    private void check(KeyPaddingFinder padding) {
        inner();
        forward("key", map.key());
        forward("value", map.value());
        required();
        storage();
        padding(padding);
        kernelStructs();
        locks();
    }

    private void inner() {
        if (isInner && !kind.canBeInner()) {
            rejected(
                    "not-an-inner-map",
                    "it is a " + kind.cName() + ", which the kernel does not accept as an inner map ("
                            + (kind == MapKind.STRUCT_OPS ? "EINVAL" : "ENOTSUPP") + ")",
                    "use another map type, or one map for all keys of the outer map");
        }
    }

    /** {@code bpf_local_storage_map_alloc_check} in kernel/bpf/bpf_local_storage.c, Linux 6.18. */
    private void storage() {
        if (kind.isStorage() && (isBySize(map.key()) || isBySize(map.value()))) {
            rejected(
                    "storage-by-size",
                    "it states the sizes of its key and value, and for a " + kind.cName()
                            + " the kernel requires their types (EINVAL)",
                    "use __type(key, int) and __type(value, ...) instead of key_size and value_size");
        }
    }

    private static boolean isBySize(@Nullable CType type) {
        return type instanceof OpaqueType opaque && opaque.what().endsWith(OpaqueType.BY_SIZE);
    }

    /** Reports what records always have, and definitions in C can leave out. */
    private void required() {
        long missing = kind.requiredFlags() & ~map.flags();
        if (missing != 0) {
            String flags = MapFlags.expression(missing);
            rejected(
                    "missing-flags",
                    "it lacks " + flags + ", without which the kernel rejects a " + kind.cName() + " with EINVAL",
                    "add " + flags + " to its map_flags: __uint(map_flags, "
                            + MapFlags.expression(map.flags() | missing) + ")");
        }
        if (!map.isPerfStream()) {
            hasBytes("key", map.key(), kind.keySizes());
            if (!kind.isMapOfMaps()) {
                hasBytes("value", map.value(), kind.valueSizes(map.flags()));
            }
        }
    }

    private void hasBytes(String part, @Nullable CType type, SizeRange sizes) {
        boolean isSetByLoader = kind == MapKind.STACK_TRACE && type == null; // the depth is often an option of the tool
        if (sizes.contains(0) || isSetByLoader || isForward(type) || (type != null && type.size() > 0)) {
            return;
        }
        rejected(
                "no-size",
                "its " + part + "_size is 0, and for a " + kind.cName() + " the kernel accepts only " + sizes
                        + " (EINVAL)",
                "add __type(" + part + ", ...) or __uint(" + part + "_size, ...)");
    }

    private static boolean isForward(@Nullable CType type) {
        return type instanceof OpaqueType opaque && opaque.what().startsWith(OpaqueType.FORWARD);
    }

    private void forward(String part, @Nullable CType type) {
        if (type instanceof OpaqueType opaque && isForward(opaque)) {
            rejected(
                    "forward-declaration",
                    "its " + part + " is only a " + opaque.what()
                            + " in BTF, which has no size, so libbpf rejects the map:"
                            + " clang before 22 may leave out the members of a struct that no global variable contains",
                    "define a global variable of this struct in the same file, so that clang writes its members into BTF");
        }
    }

    /** The kernel compares and hashes all bytes of a key, and in a trie all bits of a prefix. */
    private void padding(KeyPaddingFinder padding) {
        if (kind.keyRule() == MapKind.KeyRule.ANY) {
            padding(
                    "key",
                    padding.of(map.key()),
                    ", which the kernel compares too: a program that does not set them misses entries",
                    "name the bytes as a field and set it to 0, or clear the key with memset before use");
        } else if (kind.keyRule() == MapKind.KeyRule.PREFIX) {
            padding(
                    "key",
                    padding.betweenFields(map.key()),
                    ", which the kernel treats as part of the prefix: a program that does not set them, or does"
                            + " not count their bits, misses entries",
                    "order the fields so that no gap remains, or put __attribute__((packed)) on the struct");
        } else if (kind.comparesValues()) {
            padding(
                    "value",
                    padding.of(map.value()),
                    ", which the kernel hashes too: a program that does not set them does not find values that were added",
                    "name the bytes as a field and set it to 0, or clear the value with memset before use");
        }
    }

    private void padding(String part, List<Field> pads, String consequence, String remedy) {
        pads.stream()
                .limit(MOST_PADDING)
                .forEach(pad -> fragile(
                        "unnamed-padding", "its " + part + " has " + KeyPaddingFinder.text(pad) + consequence, remedy));
        int others = pads.size() - MOST_PADDING;
        if (others > 0) {
            fragile(
                    "unnamed-padding",
                    "its " + part + " has unnamed bytes at " + CountText.of(others, "more place") + consequence,
                    remedy);
        }
    }

    /** With CO-RE, libbpf replaces offsets in instructions. The bytes of a map stay as they were compiled. */
    private void kernelStructs() {
        map.types().stream()
                .filter(type -> relocated.contains(type.name()) && !NEVER_CHANGED.contains(type.name()))
                .forEach(type -> fragile(
                        "kernel-struct",
                        "it contains " + type.spelling()
                                + ". Programs access its fields at the offsets of the running kernel (CO-RE, as for all types of "
                                + "vmlinux.h), but the map has the size and BTF of the kernel for which the object was compiled. If the two kernels differ, readers of the map misread it",
                        "copy the fields into a struct of your own, without preserve_access_index; structs of the kernel's UAPI"
                                + " headers never change and can stay"));
    }

    /**
     * In a struct with a lock, a list or a tree, each member must begin at a whole byte, and only one may be a lock ({@code
     * btf_find_struct_field} in kernel/bpf/btf.c, Linux 6.18, not 6.1). The kernel rejects the BTF of the whole object and names no type.
     */
    private void locks() {
        List<CType> searched = ManagedField.of(map.value()).stream()
                .map(ManagedField::type)
                .filter(SEARCHED::contains)
                .toList();
        long locks =
                searched.stream().filter(ManagedFieldType.SPIN_LOCK::equals).count();
        if (locks > 1) {
            unusable(
                    "several-locks",
                    "its values have " + locks + " fields struct bpf_spin_lock, and the kernel accepts one (E2BIG)",
                    "put the data of each lock into the values of a map of its own");
        }
        if (!searched.isEmpty() && map.value() instanceof StructType value) {
            value.fields().stream()
                    .filter(field -> field.bit() != 0)
                    .findFirst()
                    .ifPresent(field -> unusable(
                            "bit-field-beside-lock",
                            "its values have a lock, a list or a tree, and their field " + field.name()
                                    + " begins inside a byte (EINVAL)",
                            "declare whole bytes instead of bit-fields"));
        }
    }

    /** Reports fields that the kernel manages and does not find. Without BTF, the map itself is created. */
    private void unusable(String id, String what, String remedy) {
        add(id, usesFields ? Severity.ERROR : Severity.WARNING, usesFields ? what : what + WITHOUT_BTF, remedy);
    }

    private void fragile(String id, String what, String remedy) {
        add(id, Severity.WARNING, what, remedy);
    }

    private void rejected(String id, String what, String remedy) {
        add(id, Severity.ERROR, what, remedy);
    }

    private void add(String id, Severity severity, String what, String remedy) {
        String where = (isInner ? "inner map " : "map ") + map.name();
        problems.add(new Finding(id, severity, where, what, remedy));
    }
}
