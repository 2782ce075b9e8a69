/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Thrown if a tool or system header for compiling BPF programs is missing or too old. The message names the package to install. */
public final class ToolchainException extends Exception {
    private static final long serialVersionUID = 1L;

    ToolchainException(String message) {
        super(message);
    }

    /** The warning if the build continues without compiling objects. It has several lines. */
    public String skipped(ModuleLayout layout) {
        List<String> older;
        try {
            older = new MissingSourceCheck(layout).older();
        } catch (IOException e) {
            older = List.of(); // a load compares again
        }
        String skipped = "Skipped compiling the BPF programs in " + layout.sources() + ". " + getMessage();
        return Stream.concat(Stream.of(skipped), older.stream()).collect(Collectors.joining("\n"));
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
