/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.time.Instant;

/**
 * Remembers the maps of recent parts as hashes, in at most 32 MB however many there are. Finds a part of the same map that comes again, even with
 * another number, for example because the shipper lost its markers, unless a million parts are between them.
 */
final class RecentMaps {
    private static final int FIRST_BUCKETS = 1 << 9;
    private static final int MOST_BUCKETS = 1 << 19;

    /** Hashes in a bucket, newest first. */
    private static final int SLOTS = 8;

    private long[] hashes = new long[FIRST_BUCKETS * SLOTS];

    /** Adds a part of a map. Returns false if it is remembered already. */
    boolean add(MapIdentity map, int part) {
        long hash = hash(map, part);
        int first = first(hash);
        for (int i = first; i < first + SLOTS; i++) {
            if (hashes[i] == hash) {
                return false;
            }
        }
        while (hashes[first + SLOTS - 1] != 0 && hashes.length < MOST_BUCKETS * SLOTS) {
            grow(); // rather than forget one
            first = first(hash);
        }
        put(hash, first);
        return true;
    }

    private int first(long hash) {
        return ((int) (hash >>> Integer.SIZE) & (hashes.length / SLOTS - 1)) * SLOTS;
    }

    private void put(long hash, int first) {
        System.arraycopy(hashes, first, hashes, first + 1, SLOTS - 1);
        hashes[first] = hash;
    }

    private void grow() {
        long[] before = hashes;
        hashes = new long[2 * before.length];
        for (int i = before.length - 1; i >= 0; i--) { // in each bucket, the oldest first
            if (before[i] != 0) {
                put(before[i], first(before[i]));
            }
        }
    }

    private static long hash(MapIdentity map, int part) {
        long hash = map.machine().hashCode();
        hash = mix(hash ^ map.bootId().getMostSignificantBits());
        hash = mix(hash ^ map.bootId().getLeastSignificantBits());
        Instant takenOut = map.takenOut();
        hash = mix(hash ^ takenOut.getEpochSecond());
        hash = mix(hash ^ takenOut.getNano());
        hash = mix(hash ^ map.mapId());
        return mix(hash ^ part) | 1; // 0 is an empty slot
    }

    /** Distributes bits: the finalizer of splitmix64. */
    private static long mix(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
