/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** Whether an entry has to be there before it is written. */
public enum UpdateMode {
    /** Writes in either case ({@code BPF_ANY}). */
    ANY(0),
    /** Writes only where there is no entry with the key ({@code BPF_NOEXIST}). */
    NOEXIST(1),
    /** Writes only where there is an entry with the key ({@code BPF_EXIST}). */
    EXIST(2);

    private final long flag;

    UpdateMode(long flag) {
        this.flag = flag;
    }

    long flag() {
        return flag;
    }
}
