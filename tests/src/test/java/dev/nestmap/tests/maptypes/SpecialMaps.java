/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Maps that hold redirect targets, sockets, stacks, control groups or counters: plain, and in both types of outer map. */
@BpfObject("targets")
@SuppressWarnings("ArrayRecordComponent") // a stack is an array
interface SpecialMaps {
    @InnerMap(type = MapType.DEVMAP, maxEntries = 8)
    record Port(@Key @U32 int index, @U32 long device) {}

    @OuterMap(inner = Port.class, maxEntries = 4)
    record PortsBy(@U32 long tenant) {}

    @OuterMap(inner = Port.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record PortsAt(@U32 int slot) {}

    @BpfMap(type = MapType.DEVMAP, maxEntries = 8)
    record PlainPort(@Key @U32 int index, @U32 long device) {}

    @InnerMap(type = MapType.DEVMAP_HASH, maxEntries = 8)
    record Device(@Key @U32 long number, @U32 long device) {}

    @OuterMap(inner = Device.class, maxEntries = 4)
    record DevicesBy(@U32 long tenant) {}

    @OuterMap(inner = Device.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record DevicesAt(@U32 int slot) {}

    @BpfMap(type = MapType.DEVMAP_HASH, maxEntries = 8)
    record PlainDevice(@Key @U32 long number, @U32 long device) {}

    @InnerMap(type = MapType.CPUMAP, maxEntries = 8)
    record Worker(@Key @U32 int cpu, @U32 long queue) {}

    @OuterMap(inner = Worker.class, maxEntries = 4)
    record WorkersBy(@U32 long tenant) {}

    @OuterMap(inner = Worker.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record WorkersAt(@U32 int slot) {}

    @BpfMap(type = MapType.CPUMAP, maxEntries = 8)
    record PlainWorker(@Key @U32 int cpu, @U32 long queue) {}

    @InnerMap(type = MapType.STACK_TRACE, maxEntries = 8)
    record Stack(@Key @U32 long id, @U64 @Size(127) long[] addresses) {}

    @OuterMap(inner = Stack.class, maxEntries = 4)
    record StacksBy(@U32 long tenant) {}

    @OuterMap(inner = Stack.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record StacksAt(@U32 int slot) {}

    @BpfMap(type = MapType.STACK_TRACE, maxEntries = 8)
    record PlainStack(@Key @U32 long id, @U64 @Size(127) long[] addresses) {}

    @InnerMap(type = MapType.XSKMAP, maxEntries = 8)
    record Ring(@Key @U32 int queue) {}

    @OuterMap(inner = Ring.class, maxEntries = 4)
    record RingsOfBy(@U32 long tenant) {}

    @OuterMap(inner = Ring.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record RingsOfAt(@U32 int slot) {}

    @BpfMap(type = MapType.XSKMAP, maxEntries = 8)
    record PlainRing(@Key @U32 int queue) {}

    @InnerMap(type = MapType.SOCKMAP, maxEntries = 8)
    record Peer(@Key @U32 int index) {}

    @OuterMap(inner = Peer.class, maxEntries = 4)
    record PeersBy(@U32 long tenant) {}

    @OuterMap(inner = Peer.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record PeersAt(@U32 int slot) {}

    @BpfMap(type = MapType.SOCKMAP, maxEntries = 8)
    record PlainPeer(@Key @U32 int index) {}

    /** Values of 4 bytes, as in many existing programs. */
    @BpfMap(type = MapType.SOCKMAP, maxEntries = 8, valueSize = 4)
    record NarrowPeer(@Key @U32 int index) {}

    @InnerMap(type = MapType.SOCKHASH, maxEntries = 8)
    record Client(@Key @U64 long number) {}

    @OuterMap(inner = Client.class, maxEntries = 4)
    record ClientsBy(@U32 long tenant) {}

    @OuterMap(inner = Client.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record ClientsAt(@U32 int slot) {}

    @BpfMap(type = MapType.SOCKHASH, maxEntries = 8)
    record PlainClient(@Key @U64 long number) {}

    @InnerMap(type = MapType.REUSEPORT_SOCKARRAY, maxEntries = 8)
    record Listener(@Key @U32 int index) {}

    @OuterMap(inner = Listener.class, maxEntries = 4)
    record ListenersBy(@U32 long tenant) {}

    @OuterMap(inner = Listener.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record ListenersAt(@U32 int slot) {}

    @BpfMap(type = MapType.REUSEPORT_SOCKARRAY, maxEntries = 8)
    record PlainListener(@Key @U32 int index) {}

    @InnerMap(type = MapType.CGROUP_ARRAY, maxEntries = 8)
    record Group(@Key @U32 int index) {}

    @OuterMap(inner = Group.class, maxEntries = 4)
    record GroupsBy(@U32 long tenant) {}

    @OuterMap(inner = Group.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record GroupsAt(@U32 int slot) {}

    @BpfMap(type = MapType.CGROUP_ARRAY, maxEntries = 8)
    record PlainGroup(@Key @U32 int index) {}

    @InnerMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 8)
    record Counter(@Key @U32 int cpu) {}

    @OuterMap(inner = Counter.class, maxEntries = 4)
    record CountersBy(@U32 long tenant) {}

    @OuterMap(inner = Counter.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record CountersAt(@U32 int slot) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 8)
    record PlainCounter(@Key @U32 int cpu) {}

    @InnerMap(type = MapType.ARENA, maxEntries = 16)
    record Heap() {}

    @OuterMap(inner = Heap.class, maxEntries = 4)
    record HeapsBy(@U32 long tenant) {}

    @OuterMap(inner = Heap.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record HeapsAt(@U32 int slot) {}

    @BpfMap(type = MapType.ARENA, maxEntries = 16, mapExtra = 0x1000_0000)
    record PlainHeap() {}

    /** A map that user space may only read. */
    @InnerMap(type = MapType.ARRAY, flags = MapFlag.RDONLY, numaNode = 0, maxEntries = 8)
    record Seal(@Key @U32 int index, @U32 long number) {}

    @OuterMap(inner = Seal.class, maxEntries = 4)
    record SealsBy(@U32 long tenant) {}
}
