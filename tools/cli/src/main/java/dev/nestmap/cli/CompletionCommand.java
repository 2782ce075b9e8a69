/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes what a shell needs to complete commands, or the manual page. */
@Command(
        name = "completion",
        header = "Writes the completion for bash and zsh, or the manual page.",
        footer = {
            "",
            "Examples:",
            "  source <(nestmap completion)",
            "  nestmap completion > /etc/bash_completion.d/nestmap",
            "  nestmap completion --man > /usr/local/share/man/man1/nestmap.1"
        })
final class CompletionCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--man", description = "Writes the manual page of all commands instead.")
    private boolean man;

    @Override
    public Integer call() {
        CommandLine root = Main.commandLine(common.console());
        common.console().print(man ? manualPage(root) : AutoComplete.bash("nestmap", root));
        return ExitCode.OK;
    }

    /** The manual page of the command, for {@code man}. */
    private static String manualPage(CommandLine root) {
        StringBuilder page = new StringBuilder(".TH NESTMAP 1\n.SH NAME\nnestmap \\- ");
        page.append(escaped(
                        String.join(" ", root.getCommandSpec().usageMessage().header())))
                .append('\n');
        page.append(".SH SYNOPSIS\n").append(".nf\n").append(literal(root)).append(".fi\n");
        root.getSubcommands()
                .forEach((name, command) -> page.append(".SH \"nestmap ")
                        .append(name)
                        .append("\"\n.nf\n")
                        .append(literal(command))
                        .append(".fi\n"));
        return page.toString();
    }

    private static String literal(CommandLine command) {
        return escaped(command.getUsageMessage(Ansi.OFF));
    }

    /** A line of roff must not begin with a dot or an apostrophe, and a backslash begins an escape. */
    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replaceAll("(?m)^([.'])", "\\\\&$1");
    }
}
