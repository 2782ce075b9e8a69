/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The command needs no broker to find wrong arguments. */
@ResourceLock(Resources.SYSTEM_OUT)
class AuditCommandArgumentsTest {
    @TempDir
    private Path directory;

    private static String problem(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        try {
            assertThat(AuditCommand.run(arguments)).isEqualTo(2);
        } finally {
            System.setOut(before);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    @Test
    void namesTheArgumentThatIsWrong() throws IOException {
        String absent = directory.resolve("absent").toString();
        String client = Files.writeString(directory.resolve("client"), "bootstrap.servers=kafka\n")
                .toString();

        assertThat(problem(absent, "flows")).isEqualTo("Could not run: there is no file " + absent + "\n");
        String state = Files.writeString(directory.resolve("state"), "flows\n").toString();
        assertThat(problem(client, "flows", state))
                .isEqualTo("Could not run: " + state
                        + " is not the state of an audit: \"flows\". Name another file; without"
                        + " one, the command reads the whole topic\n");
        assertThat(problem(client, "("))
                .isEqualTo("Could not run: TOPIC is a regular expression, and \"(\" is not valid: Unclosed group\n");
        assertThat(problem(client, "flows"))
                .startsWith("Could not run: Kafka's client rejects " + client + ": ")
                .endsWith("Invalid url in bootstrap.servers: kafka\n");
        assertThat(problem(
                        Files.writeString(
                                        directory.resolve("closed"),
                                        "bootstrap.servers=127.0.0.1:1\ndefault.api.timeout.ms=500\nrequest.timeout.ms=400\n")
                                .toString(),
                        "flows"))
                .startsWith("Could not run: Kafka does not answer: ")
                .contains(". Check bootstrap.servers and security.protocol in ");
    }
}
