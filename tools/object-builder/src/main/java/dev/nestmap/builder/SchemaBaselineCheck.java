/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.plan.UpgradePlan;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;

/**
 * Compares the schema texts of a module with the copies that its developers keep beside the programs. A copy describes the deployed
 * version and its pinned maps.
 */
public final class SchemaBaselineCheck {
    private static final String SUFFIX = ModuleLayout.SCHEMA_SUFFIX;

    private final ModuleLayout layout;
    private final BuildLog log;
    private final String compareCommand;
    private final String updateCommand;

    /**
     * @param compareCommand the user's command for {@link #compare}, for messages
     * @param updateCommand the user's command for {@link #update}, for messages
     */
    public SchemaBaselineCheck(ModuleLayout layout, BuildLog log, String compareCommand, String updateCommand) {
        this.layout = layout;
        this.log = log;
        this.compareCommand = compareCommand;
        this.updateCommand = updateCommand;
    }

    /**
     * Logs the maps that have changed since the copies were written, and what a load does with a pinned map of the previous version. Texts without a copy
     * are not compared.
     *
     * @throws BuildException if a load can't use such a map as it is, or a text can't be read
     */
    public void compare() throws IOException, BuildException {
        layout.requireUniqueNames();
        int errors = 0;
        for (String name : ModuleLayout.names(layout.sources(), SUFFIX)) {
            errors += compare(name);
        }
        if (errors > 0) {
            throw new BuildException(errors + (errors == 1 ? " map has" : " maps have")
                    + " changed, so a load of this version can't use pinned maps of the old version as they are; see above. If you"
                    + " intend this, update the"
                    + " copies with \"" + updateCommand
                    + "\" and commit them");
        }
    }

    private int compare(String name) throws IOException, BuildException {
        Path copy = layout.schemaCopy(name);
        Schema before = read(copy, "To replace the copy with the current schema text, run \"" + updateCommand + "\"");
        if (!Files.exists(layout.schema(name))) {
            requireTexts(name);
            log.error(copy + ": " + before.origin() + " no longer declares " + name
                    + ". Its pinned maps stay, with their entries, until you remove the pins. If you intend this, delete the copy. If the object has another"
                    + " name now, write was = \"" + name + "\" in its @BpfObject, so that a load upgrades these maps");
            return 1;
        }
        Schema after = read(layout.schema(name), "U" + ModuleLayout.SAME_VERSION.substring(1));
        int errors = 0;
        for (MapPlan map : UpgradePlan.of(before, after).maps()) {
            List<String> changes = map.changes();
            if (!map.isCompatible()) {
                errors++;
                log.error(copy + ": " + map.summary()
                        + String.join(
                                "",
                                changes.stream()
                                        .map(change -> "\n    " + change)
                                        .toList()));
            }
        }
        return errors;
    }

    /** Writes the current schema texts to the copies. Copies of deleted declarations stay; developers delete them. */
    public void update() throws IOException, BuildException {
        layout.requireUniqueNames();
        Set<String> names = layout.schemas().keySet();
        for (String name : ModuleLayout.names(layout.sources(), SUFFIX)) {
            if (!names.contains(name)) {
                requireTexts(name);
                log.warn("No type declares " + name + " any more. If you intend this, delete "
                        + layout.schemaCopy(name));
            }
        }
        for (String name : names) {
            Path copy = layout.schemaCopy(name);
            String text = Files.readString(layout.schema(name));
            if (!Files.exists(copy) || !Files.readString(copy).equals(text)) {
                Files.createDirectories(layout.sources());
                // At once, so that a build that is killed leaves the old copy or the new one.
                Path staged = copy.resolveSibling(copy.getFileName() + ".new");
                Files.writeString(staged, text);
                Files.move(staged, copy, StandardCopyOption.ATOMIC_MOVE);
                log.info("Wrote " + copy + "; commit it");
            }
        }
    }

    /** Fails if there are no schema texts at all: then the records were probably not compiled, rather than deleted. */
    private void requireTexts(String name) throws IOException, BuildException {
        if (layout.schemas().isEmpty()) {
            throw new BuildException("Can't compare " + layout.schemaCopy(name) + " with " + layout.schema(name)
                    + ", because that directory has no schema texts. Compile the records first: \"" + compareCommand
                    + "\". If the module no longer has records, delete the copy");
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
