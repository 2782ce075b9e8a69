/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.Arrays;
import java.util.Optional;

/**
 * A pointer. In a map's value it is one into the kernel's memory that a program keeps there (a kptr), or a plain number.
 *
 * @param target what it points to, as C spells it: {@code struct task_struct}, {@code void}
 * @param kind what the kernel knows it as
 */
public record PointerType(String target, Kind kind) implements CType {
    /** What a pointer is to the kernel, which tells by a tag of its type ({@code btf_find_kptr}). */
    public enum Kind {
        /** A number. */
        PLAIN(""),
        /** A reference that the kernel counts: whoever takes it out of the map releases it. */
        KPTR("kptr"),
        /** A pointer without a reference: what it points to may be gone. */
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

    /** A pointer that is but a number. */
    public PointerType(String target) {
        this(target, Kind.PLAIN);
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
        String tagged = isManaged() ? " __attribute__((btf_type_tag(\"" + kind.tag + "\")))" : "";
        return target + tagged + " *" + name;
    }
}
