/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

/**
 * The BTF types of a map's keys and values.
 *
 * @param btfFd the file descriptor of the BTF. Its owner keeps it open as long as these ids are used
 * @param keyTypeId the id of the keys' type, 0 for none
 * @param valueTypeId the id of the values' type, 0 for none
 */
public record BtfTypeIds(int btfFd, int keyTypeId, int valueTypeId) {
    public static final BtfTypeIds NONE = new BtfTypeIds(0, 0, 0);

    public boolean isEmpty() {
        return keyTypeId == 0 && valueTypeId == 0;
    }

    public BtfTypeIds in(int btf) {
        return new BtfTypeIds(btf, keyTypeId, valueTypeId);
    }
}
