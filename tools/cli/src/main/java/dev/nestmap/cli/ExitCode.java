/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

/** The exit codes of every command. */
final class ExitCode {
    /** The command did what it was asked to, and found nothing wrong. */
    static final int OK = 0;

    /** The command found what it looks for: a difference, a fragile map, something that does not work here. */
    static final int FOUND = 1;

    /** The arguments are wrong. */
    static final int USAGE = 2;

    /** The command could not do what it was asked to: the kernel refused, a file is missing. */
    static final int FAILED = 3;

    /** Nobody reads the output any more: what a shell reports for SIGPIPE. */
    static final int BROKEN_PIPE = 141;

    private ExitCode() {}
}
