/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes what a shell needs to complete commands. */
@Command(
        name = "completion",
        header = "Writes the completion for bash and zsh.",
        footer = {
            "",
            "Examples:",
            "  source <(nestmap completion)",
            "  nestmap completion > /etc/bash_completion.d/nestmap"
        })
final class CompletionCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
        common.console().print(AutoComplete.bash("nestmap", Main.commandLine(common.console())));
        return ExitCode.OK;
    }
}
