/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

/** The exit codes of every command. */
public final class ExitCode {
    /** The command succeeded and found no problem. */
    public static final int OK = 0;

    /** The command found a problem: a difference, a fragile map, a feature that does not work here. */
    public static final int FOUND = 1;

    /** The arguments are wrong. */
    public static final int USAGE = 2;

    /** The command failed: the kernel refused a call, or a file is missing. */
    public static final int FAILED = 3;

    /** Nobody reads the output any more: what a shell reports for SIGPIPE. */
    public static final int BROKEN_PIPE = 141;

    private ExitCode() {}
}
