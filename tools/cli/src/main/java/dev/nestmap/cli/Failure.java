/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

/** A command can't do what it was asked to. The message says why and what to do. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure(String message) {
        super(message);
    }
}
