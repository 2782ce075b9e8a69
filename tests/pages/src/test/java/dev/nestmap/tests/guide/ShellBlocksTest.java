/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Bash accepts the blocks of the languages {@code sh} and {@code console}, and every command in them is known. In the latter, they stand
 * behind a prompt.
 */
class ShellBlocksTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");
    private static final Pattern COMMENT = Pattern.compile("(?m)(^|\\s)#.*$");
    private static final Pattern FUNCTION = Pattern.compile("(?m)^(\\w+)\\(\\) \\{");

    /** What stands before a command: other commands that start it, and variables of its environment. */
    private static final Pattern BEFORE = Pattern.compile("^(sudo (-E )?|\\w+=\\S* )+");

    /** Commands of others that pages may use. Whoever adds one has tried it. */
    private static final Set<String> OTHERS = Set.of(
            ("apt apt-get bpftool cd chmod cp docker echo env git gradle head ip jar java javac jlink jq kafka-acls.sh kafka-configs.sh kafka-console-consumer.sh kafka-topics.sh kafka-transactions.sh keytool"
                            + " grep install mkdir mmdebstrap mount mvn nestmap podman psql rm sed setpriv sh source sqlite3 sysctl systemctl test timeout touch unshare unzip")
                    .split(" "));

    private static final Pattern PROPERTY = Pattern.compile("-D(nestmap\\.\\w+)");
    private static final Pattern GOAL = Pattern.compile("mvn [^\\n`]*\\bnestmap:(\\w+)");

    @Test
    void bashAcceptsEveryBlock() throws Exception {
        for (Page page : Page.all()) {
            for (Snippet block : page.snippets()) {
                if (isShell(block)) {
                    InstalledCommand.Result bash = InstalledCommand.run("bash", "-n", "-c", script(block));
                    assertThat(bash.status())
                            .as("line %d of %s: %s", block.line(), page, bash.output())
                            .isZero();
                }
            }
        }
    }

    @Test
    void everyCommandIsKnown() throws IOException {
        for (Page page : Page.all()) {
            for (Snippet block : page.snippets()) {
                if (isShell(block)) {
                    assertThat(commands(script(block)))
                            .as("commands at line %d of %s", block.line(), page)
                            .isNotEmpty()
                            .allMatch(command -> OTHERS.contains(command)
                                    || command.matches(
                                            "(.*/)?bin/[\\w-]+") // CommandsTest checks those of this repository
                                    || block.code().contains(command + "() {"));
                }
            }
        }
    }

    @Test
    void everyGoalAndPropertyExists() throws IOException {
        String sources = sources();
        Set<String> goals = new TreeSet<>();
        Set<String> properties = new TreeSet<>();
        for (Page page : Page.all()) {
            String text = Files.readString(page.path());
            GOAL.matcher(text).results().forEach(goal -> goals.add(goal.group(1)));
            PROPERTY.matcher(text).results().forEach(property -> properties.add(property.group(1)));
        }

        goals.remove("help"); // the build of the plugin generates it
        assertThat(goals).contains("compare").allMatch(goal -> sources.contains("name = \"" + goal + "\""));
        assertThat(properties).contains("nestmap.clang").allMatch(property -> sources.contains('"' + property + '"'));
    }

    private static boolean isShell(Snippet block) {
        return block.language().equals("sh") || block.language().equals("console");
    }

    /** The commands of a block without prompts, and without what they print. */
    private static String script(Snippet block) {
        if (block.language().equals("sh")) {
            return block.code();
        }
        return block.code()
                .lines()
                .filter(line -> line.startsWith("$ "))
                .map(line -> line.substring(2) + "\n")
                .collect(Collectors.joining());
    }

    /** The names of the commands in a script, except for functions that it defines. */
    private static List<String> commands(String script) {
        String plain = QUOTED.matcher(script.replace("\\\n", " ")).replaceAll("Q");
        plain = COMMENT.matcher(FUNCTION.matcher(plain).replaceAll("")).replaceAll("");
        List<String> commands = new ArrayList<>();
        for (String command : plain.split("\\n|\\| |&&|;|<\\(", -1)) {
            String bare = BEFORE.matcher(command.strip()).replaceFirst("");
            if (!bare.isEmpty() && !bare.equals("}")) {
                commands.add(bare.split("\\s", 2)[0]);
            }
        }
        return commands;
    }

    /** The Java sources of all modules, in which goals and properties have their names. */
    private static String sources() {
        return ProjectFiles.below(ROOT, ".*/src/.*\\.java").stream()
                .map(ProjectFiles::text)
                .collect(Collectors.joining());
    }
}
