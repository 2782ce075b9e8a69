/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pointer: a plain number or, in the value of a map of an object, a kptr to kernel memory. No record can declare a kptr.
 *
 * @param target the type that it points to, as C spells it: {@code struct task_struct}, {@code void}
 * @param kind its meaning for the kernel
 */
public record PointerType(String target, Kind kind) implements CType {
    /** The meaning of a pointer for the kernel, from its type tag ({@code btf_find_kptr}). */
    public enum Kind {
        /** A plain number. */
        PLAIN(""),
        /** A counted reference: a program that takes it out of the map must release it. */
        KPTR("kptr"),
        /** A pointer without a reference: its target may be gone. */
        UNTRUSTED("kptr_untrusted");

        private final String tag;

        Kind(String tag) {
            this.tag = tag;
        }

        /** The kind with this tag. */
        public static Optional<Kind> ofTag(String tag) {
            return Arrays.stream(values())
                    .filter(kind -> kind != PLAIN && kind.tag.equals(tag))
                    .findFirst();
        }

        /** The tag, empty for a number. */
        public String tag() {
            return tag;
        }
    }

    private static final String STRUCT = "struct ";

    /** Types that every compiler knows, and tags, which a declaration of a pointer declares. */
    private static final Pattern DECLARABLE =
            Pattern.compile("void|_Bool|((un)?signed )?char|(unsigned )?(short|int|long|long long)"
                    + "|(struct|union) [A-Za-z_][A-Za-z0-9_]*");

    /** A pointer that is a plain number. */
    public PointerType(String target) {
        this(target, Kind.PLAIN);
    }

    /** The tag of the struct that it points to; empty for other targets. */
    public Optional<String> struct() {
        return Optional.of(target)
                .filter(type ->
                        type.startsWith(STRUCT) && DECLARABLE.matcher(type).matches())
                .map(type -> type.substring(STRUCT.length()));
    }

    /** Whether a header that does not know the target can declare the pointer. */
    public boolean isDeclarable() {
        return kind == Kind.PLAIN && DECLARABLE.matcher(target).matches();
    }

    @Override
    public boolean isManaged() {
        return kind != Kind.PLAIN;
    }

    @Override
    public long size() {
        return Long.BYTES;
    }

    @Override
    public int alignment() {
        return Long.BYTES;
    }

    @Override
    public String spelling() {
        return target + (isManaged() ? " __" + kind.tag : "") + " *";
    }

    @Override
    public String declare(String name) {
        return target + " *" + name;
    }
}
