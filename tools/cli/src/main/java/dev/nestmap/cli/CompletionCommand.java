/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
        common.console().print(man ? ManualPage.of(root) : AutoComplete.bash("nestmap", root));
        return ExitCode.OK;
    }
}
