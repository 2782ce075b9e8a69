/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of all commands. */
@Command
@SuppressWarnings("UnusedVariable") // picocli sets the options for help
final class CommonOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    private boolean help;

    /** Where the command writes. */
    Console console() {
        return ((Main) command.root().userObject()).console();
    }

    /** Says what is wrong with the arguments. */
    ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
