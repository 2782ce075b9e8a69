/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.Btf;
import dev.nestmap.btf.BtfKind;
import dev.nestmap.btf.BtfType;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.type.ManagedFieldType;
import java.util.List;
import java.util.Set;

/**
 * Finds types that compilers write and the kernel rejects. One of them makes it reject the BTF of the whole object ({@code btf_check_meta}
 * and {@code btf_resolve} in kernel/bpf/btf.c, Linux 6.18).
 */
final class BtfCheck {
    /** Compilers write an enum of less than 4 bytes only if an attribute or C23 sets its width. */
    private static final String ENUM_REMEDY =
            "make the enum 4 bytes wide, declare the field as a number such as __u8, or move it towards the front";

    /** The kernel searches structs with a field of these types when it loads the BTF, even if no map uses them. */
    private static final Set<String> SEARCHED = Set.of(
            ManagedFieldType.SPIN_LOCK.tag(),
            ManagedFieldType.LIST_HEAD.tag(),
            ManagedFieldType.RB_ROOT.tag(),
            "bpf_list_node",
            "bpf_rb_node",
            "bpf_refcount");

    private final Btf btf;
    private final Severity severity;
    private final String consequence;
    private final ProblemCollector problems;

    private BtfCheck(Btf btf, boolean isNeeded, ProblemCollector problems) {
        this.problems = problems;
        this.btf = btf;
        this.severity = isNeeded ? Severity.ERROR : Severity.WARNING;
        this.consequence = ", so the kernel rejects the BTF of the whole object: "
                + (isNeeded
                        ? "this object needs it (for struct_ops, local storage, or programs that use a spin lock, timer, list or kptr), so the load fails"
                        : "libbpf loads the object without it, so tools don't know the types of its maps");
    }

    /**
     * Adds the types that the kernel rejects, as far as this check knows its rules.
     *
     * @param isNeeded whether the object needs its BTF. libbpf loads another one without it ({@code bpf_object__sanitize_and_load_btf} in
     *     libbpf.c, version 1.7)
     * @param problems receives the problems
     */
    static void check(Btf btf, boolean isNeeded, ProblemCollector problems) {
        BtfCheck check = new BtfCheck(btf, isNeeded, problems);
        check.version();
        new BtfNameCheck(btf)
                .findings()
                .forEach(found -> check.add(found.id(), found.place(), found.what(), found.remedy()));
        btf.types(BtfKind.ARRAY).forEach(check::array);
        btf.types(BtfKind.STRUCT, BtfKind.UNION).forEach(check::members);
        btf.types(BtfKind.STRUCT).forEach(check::locks);
        btf.types(BtfKind.STRUCT).filter(check::isSearched).forEach(check::bitFields);
    }

    /** libbpf reads the types of any version ({@code btf_parse_hdr} in btf.c, version 1.7). */
    private void version() {
        if (btf.version() != Btf.VERSION) {
            add(
                    "btf-version",
                    "file",
                    "its BTF has version " + btf.version() + " instead of " + Btf.VERSION,
                    "compile the object again");
        }
    }

    /** {@code btf_array_resolve}: a multidimensional array is one of arrays. */
    private void array(BtfType array) {
        if (btf.sizeOf(array.id()) >= Btf.TOO_LARGE) {
            add(
                    "btf-large-array",
                    "an array of " + array.elementCount() + " elements",
                    "it has 2^32 bytes or more (\"Array size overflows u32\")",
                    "for an attribute of a map such as max_entries, write `char (*max_entries)[" + array.elementCount()
                            + "];` instead of __uint, which makes an array of int");
        }
    }

    private void members(BtfType struct) {
        String where = struct.spelling();
        for (BtfType.Member member : struct.members()) {
            BtfType type = btf.resolve(member.type());
            boolean isEnum = type.kind() == BtfKind.ENUM || type.kind() == BtfKind.ENUM64;
            if (isEnum && member.bits() > Integer.SIZE) {
                add(
                        "btf-wide-enum",
                        where,
                        "its field " + member.name() + " is an enum of " + member.bits()
                                + " bits, and the kernel accepts at most 32 (\"Invalid member bitfield_size\")",
                        "declare the field as a number such as __u64");
            }
            long end = member.bitOffset() + bits(struct, member, type);
            if (end > struct.size() * Byte.SIZE && btf.sizeOf(type.id()) < Btf.TOO_LARGE) {
                add(
                        "btf-field-outside",
                        where,
                        "its field " + member.name() + (isEnum ? ", an enum beside bit-fields," : "") + " ends at byte "
                                + (end + Byte.SIZE - 1) / Byte.SIZE + " for the kernel, and the type at byte "
                                + struct.size()
                                + " (\"Member exceeds struct_size\")",
                        isEnum ? ENUM_REMEDY : "compile the object again; no C code has such a type");
            }
        }
    }

    /** A struct has at most one spin lock, at a multiple of 4 bytes ({@code btf_parse_struct_metas}), whether a map has it or not. */
    private void locks(BtfType struct) {
        List<BtfType.Member> locks = struct.members().stream()
                .filter(member -> isLock(btf.resolve(member.type())))
                .toList();
        String where = struct.spelling();
        if (locks.size() > 1) {
            add(
                    "btf-several-locks",
                    where,
                    "it has " + locks.size() + " fields struct bpf_spin_lock, and the kernel accepts one (E2BIG)",
                    "put the data of each lock into the values of a map of its own");
        }
        locks.stream()
                .filter(lock -> lock.bitOffset() % Integer.SIZE != 0)
                .findFirst()
                .ifPresent(lock -> add(
                        "btf-unaligned-lock",
                        where,
                        "its spin lock " + lock.name() + " is at offset " + lock.bitOffset() / Byte.SIZE
                                + ", and the kernel accepts only multiples of 4 (EFAULT)",
                        "remove __attribute__((packed)), or put the lock first"));
    }

    /** In a struct with such a field, each member must begin at a whole byte ({@code btf_find_struct_field}; not on Linux 6.1). */
    private void bitFields(BtfType struct) {
        struct.members().stream()
                .filter(member -> member.bitOffset() % Byte.SIZE != 0)
                .findFirst()
                .ifPresent(member -> add(
                        "btf-bit-field-beside-lock",
                        struct.spelling(),
                        "it has a lock or a part of a list or tree, and its field " + member.name()
                                + " begins inside a byte (EINVAL)",
                        "declare whole bytes instead of bit-fields"));
    }

    /** Whether the kernel looks for fields that it manages in this struct when it loads the BTF ({@code btf_parse_struct_metas}). */
    private boolean isSearched(BtfType struct) {
        return struct.members().stream()
                .map(member -> btf.resolve(member.type()))
                .filter(type -> type.kind() == BtfKind.STRUCT)
                .anyMatch(type -> SEARCHED.contains(type.name()));
    }

    private void add(String id, String where, String what, String remedy) {
        problems.add(new Finding(id, severity, where, what + consequence, remedy));
    }

    private static boolean isLock(BtfType type) {
        return type.kind() == BtfKind.STRUCT && type.name().equals(ManagedFieldType.SPIN_LOCK.tag());
    }

    /**
     * The bits of a member, as the kernel counts them. Beside bit-fields it takes each enum as an {@code int} ({@code
     * btf_enum_check_kflag_member}).
     */
    private long bits(BtfType struct, BtfType.Member member, BtfType type) {
        if (member.bits() != 0) {
            return member.bits();
        }
        return switch (type.kind()) {
            case INT -> type.intBits();
            case ENUM, ENUM64 -> struct.flag() ? Integer.SIZE : type.size() * Byte.SIZE;
            default -> btf.sizeOf(type.id()) * Byte.SIZE;
        };
    }
}
