/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

/**
 * Of which types in BTF a map's keys and values are.
 *
 * @param btfFd the BTF, of an object that is open for as long as this is used
 * @param keyTypeId the type in it of the keys, 0 when there is none
 * @param valueTypeId the type in it of the values, 0 when there is none
 */
record BtfTypeIds(int btfFd, int keyTypeId, int valueTypeId) {
    static final BtfTypeIds NONE = new BtfTypeIds(0, 0, 0);

    boolean isEmpty() {
        return keyTypeId == 0 && valueTypeId == 0;
    }

    BtfTypeIds in(int btf) {
        return new BtfTypeIds(btf, keyTypeId, valueTypeId);
    }
}
