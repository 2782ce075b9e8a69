/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** Writes what a shell needs to complete commands. */
@Command(
        name = "completion",
        header = "Writes the completion for bash, zsh or fish.",
        footer = {
            "",
            "Examples:",
            "  source <(nestmap completion)                 in bash and zsh",
            "  nestmap completion fish | source             in fish",
            "  nestmap completion > /etc/bash_completion.d/nestmap"
        })
final class CompletionCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    /** The shells. One script serves bash and zsh. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(arity = "0..1", paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}. Default: bash.")
    private Shell shell = Shell.bash;

    @Override
    public Integer call() {
        CommandLine root = Main.commandLine(common.console());
        common.console().print(shell == Shell.fish ? fish(root) : AutoComplete.bash("nestmap", root));
        return ExitCode.OK;
    }

    /** The commands and their options for fish, which completes files by itself. Picocli knows only the other shells. */
    private static String fish(CommandLine root) {
        StringBuilder script = new StringBuilder();
        root.getSubcommands().forEach((name, command) -> {
            CommandSpec spec = command.getCommandSpec();
            String header = String.join(" ", spec.usageMessage().header());
            script.append("complete -c nestmap -f -n __fish_use_subcommand -a ")
                    .append(name)
                    .append(" -d ")
                    .append(quoted(header))
                    .append('\n');
            for (OptionSpec option : spec.options()) {
                script.append("complete -c nestmap -n '__fish_seen_subcommand_from ")
                        .append(name)
                        .append('\'');
                for (String each : option.names()) {
                    script.append(each.startsWith("--") ? " -l " : " -s ").append(each.replaceFirst("^-+", ""));
                }
                script.append(option.arity().max() > 0 ? " -r" : "")
                        .append(" -d ")
                        .append(quoted(String.join(" ", option.description())))
                        .append('\n');
            }
        });
        return script.toString();
    }

    /** A text in quotes of fish: its first sentence. */
    private static String quoted(String text) {
        String sentence = text.replaceFirst("(?<=[a-z)])[.:] .*", "").replaceFirst("\\.$", "");
        return "'" + sentence.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
