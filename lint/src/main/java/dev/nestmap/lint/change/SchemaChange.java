/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.lint.Finding;
import dev.nestmap.lint.Finding.Severity;
import java.util.Locale;

/**
 * One change between the previous and the new version of a schema, found by {@link SchemaChangeFinder}.
 *
 * @param effect its worst effect
 * @param cause the edit, as the subject of a sentence: {@code adding `drops` to `flow` changes value_size of
 *     `flow_map` from 16 to 24}
 * @param consequence the damage of the change, and the remedy
 */
public record SchemaChange(Effect effect, String cause, String consequence) {

    /** Effects of changes, the worst last. */
    public enum Effect {
        /** The new version opens and reads pinned maps correctly. */
        COMPATIBLE,
        /**
         * Pinned maps break if they hold the changed type, and the schemas don't say whether they do: their definitions have a size and no
         * type.
         */
        MAY_BREAK_MAPS,
        /** The new version rejects a map that the previous version pinned, misreads its entries, or no longer has it. */
        BREAKS_MAPS;

        private Severity severity() {
            return this == COMPATIBLE ? Severity.NOTE : Severity.ERROR;
        }
    }

    /** Cause and consequence in one sentence, without a full stop. */
    public String message() {
        return cause + ": " + consequence;
    }

    /** The change as a finding, whose id is the effect. */
    public Finding finding(String place) {
        String id = effect.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Finding(id, effect.severity(), place, cause, consequence);
    }
}
