/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Objects;

/**
 * A place among the programs of a hook, which run one after the other until one of them decides. The kernel uses the anchor only while it attaches
 * the program. Later programs may be placed between this program and that of the anchor.
 *
 * @param side before or after
 * @param relativeTo whether the place is relative to one program or to all
 * @param id the kernel's id of the program; 0 with {@link RelativeTo#ALL}
 */
public record Anchor(Side side, RelativeTo relativeTo, int id) {
    /** The side of an anchor. */
    public enum Side {
        /** The new program runs earlier. */
        BEFORE,

        /** The new program runs later. */
        AFTER
    }

    /** What an anchor refers to. */
    public enum RelativeTo {
        /** All programs of the hook. */
        ALL,

        /** A program. */
        PROGRAM
    }

    /** Checks that nothing is null. */
    public Anchor {
        Objects.requireNonNull(side, "side");
        Objects.requireNonNull(relativeTo, "relativeTo");
    }

    /** {@return the place before all programs} */
    public static Anchor first() {
        return new Anchor(Side.BEFORE, RelativeTo.ALL, 0);
    }

    /** {@return the place after all programs, which is the default} */
    public static Anchor last() {
        return new Anchor(Side.AFTER, RelativeTo.ALL, 0);
    }

    /**
     * Returns the place before a program.
     *
     * @param id the kernel's id of the program ({@code Program.id()})
     * @return the anchor
     */
    public static Anchor beforeProgram(int id) {
        return new Anchor(Side.BEFORE, RelativeTo.PROGRAM, id);
    }

    /**
     * Returns the place after a program.
     *
     * @param id the kernel's id of the program ({@code Program.id()})
     * @return the anchor
     */
    public static Anchor afterProgram(int id) {
        return new Anchor(Side.AFTER, RelativeTo.PROGRAM, id);
    }
}
