/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.map.RawMap;

/** Condition for writing an entry. */
public enum UpdateMode {
    /** Writes in any case ({@code BPF_ANY}). */
    ANY(RawMap.ANY),
    /** Writes only if there is no entry with the key ({@code BPF_NOEXIST}). */
    NOEXIST(RawMap.NOEXIST),
    /** Writes only if there is an entry with the key ({@code BPF_EXIST}). */
    EXIST(RawMap.EXIST);

    private final long flag;

    UpdateMode(long flag) {
        this.flag = flag;
    }

    long flag() {
        return flag;
    }
}
