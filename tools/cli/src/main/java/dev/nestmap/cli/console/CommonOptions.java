/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import javax.lang.model.SourceVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of all commands. */
@Command
@SuppressWarnings("UnusedVariable") // picocli sets the options for help
public final class CommonOptions {
    /** The whole command, which has a console. */
    public interface Owner {
        /** Where the command writes. */
        Console console();
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    private boolean help;

    /** Where the command writes. */
    public Console console() {
        return ((Owner) command.root().userObject()).console();
    }

    /** Says what is wrong with the arguments. */
    public ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Ends the command with a message if the value of {@code --package} is not a package that a user may have. */
    public void requirePackage(String name) {
        if (!SourceVersion.isName(name) || name.matches("javax?(\\..*)?")) {
            throw usage("--package is " + SafeText.quoted(name)
                    + ", which is no name of a Java package of yours; choose one such as com.acme");
        }
    }
}
