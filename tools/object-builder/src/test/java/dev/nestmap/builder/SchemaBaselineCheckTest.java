/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A changed schema is accepted only with a new copy. */
class SchemaBaselineCheckTest {
    @TempDir
    Path directory;

    private final RecordingLog log = new RecordingLog();
    private Module module;
    private SchemaBaselineCheck copies;

    @BeforeEach
    void createModule() {
        module = Module.tenantFlows(directory);
        copies = copies(module);
    }

    /** A plugin compares in each build, and not every module pins maps. */
    @Test
    void comparesNothingWithoutACopy() throws Exception {
        copies.compare();

        assertThat(log.lines()).isEmpty();
    }

    @Test
    void acceptsNewCopies() throws Exception {
        copies.update();
        assertThat(log.lines()).containsExactly("INFO Wrote " + copy() + "; commit it");
        assertThat(copy()).hasSameTextualContentAs(module.schema());

        copies.update();
        copies.compare();
        assertThat(log.lines()).hasSize(1);
    }

    @Test
    void ignoresLineEnds() throws Exception {
        module.write(copy(), Files.readString(module.schema()).replace("\n", "\r\n"));

        copies.compare();

        assertThat(log.lines()).isEmpty();
    }

    @Test
    void reportsEachChangedMap() throws Exception {
        copies.update();
        module.edit(module.schema(), "struct flow: size 16", "struct flow: size 24");
        module.edit(
                module.schema(),
                "offset 8, size 8, unsigned\n",
                "offset 8, size 8, unsigned\n  field drops: __u64, offset 16, size 8, unsigned\n");
        module.edit(module.schema(), "max_entries: 64", "max_entries: 128");
        module.edit(module.schema(), "max_entries: 4096", "max_entries: 8192");

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> copies.compare())
                .withMessage(
                        "1 map has changed, so a load of this version can't use pinned maps of the old version as they are; see above. If you"
                                + " intend this, update the copies with \"mvn compile nestmap:compare -Dnestmap.update\" and commit them");
        assertThat(log.lines().subList(1, log.lines().size()))
                .containsExactly(
                        "ERROR " + copy()
                                + ": tenant changes, and the drains then pass the old entries in the new layout",
                        "ERROR     max_entries of tenant was 64 and is 128",
                        "ERROR     flow.drops is new, and 0 in old entries");
    }

    @Test
    void failsForADeletedObject() throws Exception {
        copies.update();
        module.write(
                module.layout().schema("other"),
                Files.readString(module.schema()).replace("header tenant_flows.bpf.h", "header other.bpf.h"));
        Files.delete(module.schema());

        assertThatExceptionOfType(BuildException.class).isThrownBy(() -> copies.compare());
        assertThat(log.lines())
                .contains("ERROR " + copy()
                        + ": com.acme.TenantFlows no longer declares tenant_flows. Its pinned maps stay, with their entries, until you remove the pins. If you intend"
                        + " this, delete the copy. If the object has another name now, write was = \"tenant_flows\" in its @BpfObject, so that a"
                        + " load upgrades these maps");

        copies.update();
        assertThat(copy()).as("only developers delete copies").exists();
        assertThat(log.lines())
                .contains("WARN No type declares tenant_flows any more. If you intend this, delete " + copy());
    }

    /** Defect: the copy was compared with one of them, perhaps with that of a record that has moved to another package. */
    @Test
    void rejectsTwoTextsOfOneName() throws Exception {
        copies.update();
        module.write(
                module.layout().resources().resolve("com/acme/old/tenant_flows.schema"),
                Files.readString(module.schema()));

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(copies::compare)
                .withMessageStartingWith("Types of two packages have headers with the name tenant_flows.bpf.h")
                .withMessageContaining("moved or deleted");
        assertThatExceptionOfType(BuildException.class).isThrownBy(copies::update);
    }

    @Test
    void distinguishesUncompiledRecordsFromDeletedOnes() throws Exception {
        copies.update();
        Files.delete(module.schema());

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> copies.compare())
                .withMessage("Can't compare " + copy() + " with " + module.schema()
                        + ", because that directory has no schema texts."
                        + " Compile the records first: \"mvn compile nestmap:compare\". If the module no longer has"
                        + " records, delete the copy");
        assertThatExceptionOfType(BuildException.class).isThrownBy(copies::update);
    }

    @Test
    void rejectsACopyInAnotherFormat() throws IOException {
        module.write(copy(), Files.readString(module.schema()).replace("nestmap-schema 1", "nestmap-schema 99"));

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> copies.compare())
                .withMessageStartingWith(copy() + ": line 1 of the schema text: it was written by a newer version of"
                        + " Nestmap, in format 99")
                .withMessageEndingWith("To replace the copy with the current schema text, run \"mvn compile"
                        + " nestmap:compare -Dnestmap.update\"");
    }

    @Test
    void aModuleWithoutRecordsHasNothingToCompare() throws Exception {
        Module empty = Module.empty(directory.resolve("empty"));
        SchemaBaselineCheck none = copies(empty);

        none.compare();
        none.update();

        assertThat(log.lines()).isEmpty();
        assertThat(empty.layout().sources()).doesNotExist();
    }

    private Path copy() {
        return module.layout().schemaCopy(Module.PROGRAM);
    }

    private SchemaBaselineCheck copies(Module of) {
        String compare = "mvn compile nestmap:compare";
        return new SchemaBaselineCheck(of.layout(), log, compare, compare + " -Dnestmap.update");
    }
}
