/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

/** Thrown if a command fails. The message gives the reason and the remedy. */
public final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CommandFailedException(String message) {
        super(message);
    }
}
