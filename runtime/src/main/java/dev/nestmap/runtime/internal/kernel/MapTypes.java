/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

/**
 * Of which types in BTF a map's keys and values are.
 *
 * @param btfFd the BTF, of an object that is open for as long as this is used
 * @param keyTypeId the type in it of the keys, 0 when there is none
 * @param valueTypeId the type in it of the values, 0 when there is none
 */
record MapTypes(int btfFd, int keyTypeId, int valueTypeId) {
    static final MapTypes NONE = new MapTypes(0, 0, 0);

    boolean isEmpty() {
        return keyTypeId == 0 && valueTypeId == 0;
    }

    MapTypes in(int btf) {
        return new MapTypes(btf, keyTypeId, valueTypeId);
    }
}
