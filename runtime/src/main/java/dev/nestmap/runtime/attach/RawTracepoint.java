/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * Runs a program at a tracepoint of the kernel, with the tracepoint's raw arguments. Sections: {@code raw_tp}, {@code raw_tracepoint} and
 * those with {@code .w}. The directories in {@code /sys/kernel/tracing/events} list the tracepoints.
 *
 * @param name name of the tracepoint, without a category: {@code sys_enter}
 */
public record RawTracepoint(String name) implements Attachment {
    /** Checks that the name is not null or empty, and that it has no control character. */
    public RawTracepoint {
        KernelNames.require("name", name);
    }

    /**
     * Returns the attachment to a tracepoint.
     *
     * @param name name of the tracepoint, without a category: {@code sys_enter}
     * @return the attachment
     */
    public static RawTracepoint of(String name) {
        return new RawTracepoint(name);
    }

    @Override
    public String target() {
        return "raw tracepoint " + name;
    }
}
