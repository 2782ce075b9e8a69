/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation has the pictures that the command draws. {@code -Dgolden.update=true} draws them again. */
@Tag("jdk-independent")
class PicturesTest {
    private static final Path DOCS = Path.of("../../docs");

    @TempDir
    private Path directory;

    @Test
    void theDocumentationHasThePicturesOfItsSchema() throws IOException {
        String page = Files.readString(DOCS.resolve("reference/generated.md"));
        int start = page.indexOf("nestmap-schema 1");
        Path schema = Files.writeString(
                directory.resolve("tenant_flows.schema"), page.substring(start, page.indexOf("```", start)));

        compare("tenant_maps.svg", "layout", schema.toString());
        compare("flow_key.svg", "layout", schema.toString(), "flow_key");
    }

    private void compare(String name, String command, String... arguments) throws IOException {
        Path picture = DOCS.resolve("pictures").resolve(name);
        Path drawn = Boolean.getBoolean("golden.update") ? picture : directory.resolve(name);
        String[] line = new String[arguments.length + 3];
        line[0] = command;
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        line[arguments.length + 1] = "--svg";
        line[arguments.length + 2] = drawn.toString();
        assertThat(CommandRun.of(line).err()).isEmpty();
        assertThat(Files.readString(picture)).isEqualTo(Files.readString(drawn));
    }
}
