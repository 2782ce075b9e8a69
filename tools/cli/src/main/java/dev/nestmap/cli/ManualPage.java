/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The manual page of the command, for {@code man}. */
final class ManualPage {
    private ManualPage() {}

    static String of(CommandLine root) {
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
