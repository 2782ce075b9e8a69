/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

/** Thrown if a tool or system header for compiling BPF programs is missing or too old. The message says what to install. */
final class ToolchainException extends Exception {
    private static final long serialVersionUID = 1L;

    ToolchainException(String message) {
        super(message);
    }
}
