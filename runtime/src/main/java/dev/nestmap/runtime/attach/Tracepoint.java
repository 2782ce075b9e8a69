/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * Runs a program at a tracepoint of the kernel. Sections: {@code tp}, {@code tracepoint}. The link can't be updated. The directories in
 * {@code /sys/kernel/tracing/events} list the tracepoints; tracefs must be mounted there.
 *
 * @param category category of the tracepoint: {@code sched}
 * @param name name of the tracepoint: {@code sched_switch}
 * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
 */
public record Tracepoint(String category, String name, long cookie) implements Hook<Tracepoint.Kind, KernelLink> {
    /** The kind of programs for tracepoints. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** Checks that nothing is null, and that no name is empty or has a control character. */
    public Tracepoint {
        KernelNameCheck.require("category", category);
        KernelNameCheck.require("name", name);
    }

    /**
     * Returns the attachment to a tracepoint.
     *
     * @param category category of the tracepoint
     * @param name name of the tracepoint
     * @return the attachment
     */
    public static Tracepoint of(String category, String name) {
        return new Tracepoint(category, name, 0);
    }

    /**
     * Returns the attachment with a cookie, so that the program can distinguish its attachments.
     *
     * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
     * @return the attachment
     */
    public Tracepoint withCookie(long cookie) {
        return new Tracepoint(category, name, cookie);
    }

    @Override
    public String target() {
        return "tracepoint " + category + "/" + name;
    }

    /**
     * Runs a program at a tracepoint of the kernel, with the tracepoint's raw arguments. Sections: {@code raw_tp}, {@code raw_tracepoint},
     * and both with {@code .w}. The directories in {@code /sys/kernel/tracing/events} list the tracepoints.
     *
     * @param name name of the tracepoint, without a category: {@code sys_enter}
     */
    public record Raw(String name) implements Hook<Tracepoint.Raw.Kind, KernelLink> {
        /** The kind of programs for raw tracepoints. The Java compiler uses this type to check hooks. */
        public interface Kind {}

        /** Checks that the name is not null or empty, and that it has no control character. */
        public Raw {
            KernelNameCheck.require("name", name);
        }

        /**
         * Returns the attachment to a tracepoint.
         *
         * @param name name of the tracepoint, without a category: {@code sys_enter}
         * @return the attachment
         */
        public static Raw of(String name) {
            return new Raw(name);
        }

        @Override
        public String target() {
            return "raw tracepoint " + name;
        }
    }
}
