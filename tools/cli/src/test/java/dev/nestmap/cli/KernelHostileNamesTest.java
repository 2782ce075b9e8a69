/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An object file can have any bytes as names. A terminal would obey the control characters in them. */
@KernelTest
class KernelHostileNamesTest {
    /** What a terminal obeys: the C0 and C1 control characters except line ends, and the override of the writing direction. */
    private static final String DANGEROUS = "(?s).*[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u202e].*";

    @TempDir
    private Path directory;

    private Path object = Path.of("");
    private Path sound = Path.of("");

    @BeforeEach
    void compile() throws IOException {
        byte[] content = TestPrograms.object("nest.bpf.c");
        sound = Files.write(directory.resolve("nest.bpf.o"), content);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        text = replaced(text, "saddr", "\033[7mX");
        text = replaced(text, "VERDICT_PASS", "\033]0;taken\007YZ");
        text = replaced(text, "flow_key", "flo\033[5mk");
        text = replaced(text, "hosts", "h\033[1m");
        text = replaced(text, "daddr", "d\u00e2\u0080\u00aeX"); // U+202E in UTF-8
        text = replaced(text, "spill", "sp\nll");
        text = replaced(text, "ipv4", "<a>&");
        object = Files.write(directory.resolve("hostile.bpf.o"), text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check OBJECT",
                "check --json OBJECT",
                "import OBJECT --package com.acme",
                "import OBJECT --package com.acme --header",
                "compare SOUND OBJECT",
                "compare --json SOUND OBJECT",
            })
    void namesInAnObjectDoNotReachTheTerminal(String line) {
        CommandRun run = CommandRun.of(line.replace("OBJECT", object.toString())
                .replace("SOUND", sound.toString())
                .split(" "));

        assertThat(run.exitCode()).isIn(ExitCode.OK, ExitCode.FOUND);
        assertThat(run.out()).isNotEmpty().doesNotMatch(DANGEROUS);
        assertThat(run.err()).doesNotMatch(DANGEROUS);
        assertThat(run.err().lines()).as("no name forges a line").allMatch(text -> text.startsWith("nestmap: "));
    }

    private static String replaced(String text, String name, String hostile) {
        assertThat(hostile).hasSameSizeAs(name);
        assertThat(text).contains("\0" + name + "\0");
        return text.replace("\0" + name + "\0", "\0" + hostile + "\0");
    }
}
