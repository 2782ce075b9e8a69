/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaChange;
import dev.nestmap.schema.compare.SchemaChange.Effect;
import dev.nestmap.schema.compare.SchemaChanges;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.logging.Log;

/**
 * The schema texts of a module and the copies of them that its developers keep beside the programs. A copy says what is in use
 * somewhere: what has been pinned, and what others have built against.
 */
final class SchemaCopies {
    private static final String SUFFIX = ".schema";
    private static final String UPDATE = "mvn compile nestmap:compare -Dnestmap.update";

    private final ModuleLayout layout;
    private final Log log;

    SchemaCopies(ModuleLayout layout, Log log) {
        this.layout = layout;
        this.log = log;
    }

    /**
     * Logs what has changed since the copies were made, and what that breaks.
     *
     * @param tolerated the worst effect that is no error
     * @throws BuildException where a change has a worse effect, or a text can't be read
     */
    void compare(Effect tolerated) throws IOException, BuildException {
        int errors = 0;
        List<String> copies = SourceFiles.names(layout.sources(), SUFFIX);
        for (String name : copies) {
            errors += compare(name, tolerated);
        }
        for (String name : SourceFiles.names(layout.resources(), SUFFIX)) {
            if (!copies.contains(name)) {
                log.warn("Nothing tells whether a change of " + name
                        + " breaks what is in use, because there is no copy of"
                        + " its schema text. Make " + layout.schemaCopy(name) + " by " + UPDATE
                        + ", and check it in");
            }
        }
        if (errors > 0) {
            throw new BuildException(errors + (errors == 1 ? " change breaks" : " changes break")
                    + " what is in use; see above. If that is meant, take the new schema texts as copies by "
                    + UPDATE + ", and check them in; keep the old ones where pinned maps are to be migrated from them");
        }
    }

    private int compare(String name, Effect tolerated) throws IOException, BuildException {
        Path copy = layout.schemaCopy(name);
        Schema before = read(copy, "To replace the copy by the text of the records of today: " + UPDATE);
        if (!Files.exists(layout.schema(name))) {
            requireTexts(name);
            log.error(copy + ": " + before.origin() + " declares " + name + " no more: C and Java that use it do not"
                    + " compile; pinned maps of it stay, with their entries, until they are removed. If that is meant,"
                    + " delete the copy");
            return Effect.BREAKS_MAPS.compareTo(tolerated) > 0 ? 1 : 0;
        }
        Schema after = read(
                layout.schema(name), "Use one version of nestmap-processor and nestmap-maven-plugin, and build anew");
        List<SchemaChange> changes = SchemaChanges.between(before, after);
        int errors = 0;
        for (SchemaChange change : changes) {
            String line = copy + ": " + change.message();
            if (change.effect().compareTo(tolerated) > 0) {
                log.error(line);
                errors++;
            } else if (change.effect() == Effect.COMPATIBLE) {
                log.info(line);
            } else {
                log.warn(line);
            }
        }
        return errors;
    }

    /** Makes each copy what the schema text is today. Copies of what is no more are left to the developer to delete. */
    void update() throws IOException, BuildException {
        List<String> names = SourceFiles.names(layout.resources(), SUFFIX);
        for (String name : SourceFiles.names(layout.sources(), SUFFIX)) {
            if (!names.contains(name)) {
                requireTexts(name);
                log.warn("Nothing declares " + name + " any more; if that is meant, delete " + layout.schemaCopy(name));
            }
        }
        for (String name : names) {
            Path copy = layout.schemaCopy(name);
            String text = Files.readString(layout.schema(name));
            if (!Files.exists(copy) || !Files.readString(copy).equals(text)) {
                Files.createDirectories(layout.sources());
                Files.writeString(copy, text);
                log.info("Wrote " + copy + "; check it in");
            }
        }
    }

    /** Tells records that are gone from records that were not compiled. */
    private void requireTexts(String name) throws IOException, BuildException {
        if (SourceFiles.names(layout.resources(), SUFFIX).isEmpty()) {
            throw new BuildException(layout.schemaCopy(name) + " can't be compared with " + layout.schema(name)
                    + ", because there is no schema text in that directory. Compile the records first: mvn compile"
                    + " nestmap:compare. If there are none any more, delete the copy");
        }
    }

    private static Schema read(Path file, String remedy) throws IOException, BuildException {
        try {
            return SchemaText.parse(Files.readString(file));
        } catch (SchemaFormatException e) {
            throw new BuildException(file + ": " + e.getMessage() + ". " + remedy);
        }
    }
}
