/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.map.RawMap;

/** Whether an entry has to be there before it is written. */
public enum UpdateMode {
    /** Writes in either case ({@code BPF_ANY}). */
    ANY(RawMap.ANY),
    /** Writes only where there is no entry with the key ({@code BPF_NOEXIST}). */
    NOEXIST(RawMap.NOEXIST),
    /** Writes only where there is an entry with the key ({@code BPF_EXIST}). */
    EXIST(RawMap.EXIST);

    private final long flag;

    UpdateMode(long flag) {
        this.flag = flag;
    }

    long flag() {
        return flag;
    }
}
