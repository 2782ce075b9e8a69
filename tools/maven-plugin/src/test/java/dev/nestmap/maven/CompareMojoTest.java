/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.builder.Module;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets the fields of the goal as Maven does, and runs it. */
class CompareMojoTest {
    @TempDir
    Path directory;

    private final CompareMojo mojo = new CompareMojo();
    private final Parameters parameters = new Parameters(mojo);
    private final RecordingLog log = new RecordingLog();
    private Module module;
    private Path copy;

    @BeforeEach
    void configure() throws Exception {
        module = Module.tenantFlows(directory);
        copy = module.layout().schemaCopy(Module.PROGRAM);
        parameters.setModule(module);
        mojo.setLog(log);
        Files.copy(module.schema(), copy);
    }

    @Test
    void failsIfPinnedMapsBreak() throws Exception {
        module.edit(copy, "from com.acme.TenantFlows", "from com.acme.Flows");
        mojo.execute();

        module.edit(copy, "max_entries: 64", "max_entries: 63");
        assertThatExceptionOfType(MojoFailureException.class)
                .isThrownBy(mojo::execute)
                .withMessageStartingWith(
                        "1 map has changed, so a load of this version can't use pinned maps of the old version as they are; see above");
    }

    @Test
    void updatesTheCopies() throws Exception {
        module.edit(copy, "max_entries: 64", "max_entries: 63");
        parameters.set("update", true);

        mojo.execute();

        assertThat(copy).hasSameTextualContentAs(module.schema());
    }

    @Test
    void doesNothingWhenSkipped() throws Exception {
        module.edit(copy, "max_entries: 64", "max_entries: 63");
        parameters.skip();

        mojo.execute();

        assertThat(log.lines()).containsExactly("INFO Skipped comparing schema texts, because nestmap.skip is set");
    }
}
