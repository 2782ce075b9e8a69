/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.error.BpfException;
import org.jspecify.annotations.Nullable;

/** The entries of an iteration that can't be decoded. The iteration passes all others, because one odd entry must not hide the rest. */
public final class DecodingFailures {
    private static final int SUPPRESSED_AT_MOST = 8;

    private @Nullable BpfException first;
    private long count;

    /** Adds the failure of {@link EntryDecoder} for one entry. */
    public void add(BpfException failure) {
        count++;
        if (first == null) {
            first = failure;
        } else if (count <= SUPPRESSED_AT_MOST) {
            first.addSuppressed(failure);
        }
    }

    /** Throws an exception with the first failure, if any entry failed. Call it after all other entries have been passed. */
    public void rethrow() {
        if (first == null) {
            return;
        }
        if (count == 1) {
            throw first;
        }
        throw BpfException.of(first.reason(), first.operation())
                .map(first.map())
                .key(first.key())
                .cause(first)
                .because(count + " entries can't be decoded, and all others were passed. The first of them: "
                        + first.getMessage());
    }
}
