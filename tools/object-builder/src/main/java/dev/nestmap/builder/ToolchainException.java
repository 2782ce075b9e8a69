/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

/** Thrown if a tool or system header for compiling BPF programs is missing or too old. The message names the package to install. */
public final class ToolchainException extends Exception {
    private static final long serialVersionUID = 1L;

    ToolchainException(String message) {
        super(message);
    }

    /** The warning if the build goes on without objects. It has several lines. */
    public String skipped(ModuleLayout layout) {
        return "Skipped compiling the BPF programs in " + layout.sources() + ". " + getMessage();
    }

    /**
     * Returns the message of a build that fails.
     *
     * @param option how this build tool is told to skip the programs
     */
    public String failed(String option) {
        return getMessage() + "\nOr build without BPF objects on this machine: " + option;
    }
}
