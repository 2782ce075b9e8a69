/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

/**
 * One change from a version of a schema to the next, found by {@link SchemaChanges}.
 *
 * @param effect the worst of its effects
 * @param cause what was changed, as the subject of a sentence: {@code adding `drops` to `flow` changes value_size of
 *     `flow_map` from 16 to 24}
 * @param consequence what this does to that which was made with the version before, and what to do about it
 */
public record SchemaChange(Effect effect, String cause, String consequence) {

    /** What a change does to that which was made with the version before, the worst last. */
    public enum Effect {
        /** Nothing: pinned maps are taken and read as before, and the source compiles. */
        COMPATIBLE,
        /** C or Java that uses what was changed has to be edited. No byte is read in another way. */
        BREAKS_SOURCE,
        /** A map that is pinned since before is refused, or its entries are misread, or nobody opens it any more. */
        BREAKS_MAPS
    }

    /** The whole in one sentence, without a full stop. */
    public String message() {
        return cause + ": " + consequence;
    }
}
