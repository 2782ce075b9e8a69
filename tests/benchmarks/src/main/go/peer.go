// SPDX-License-Identifier: Apache-2.0

// The Go side of the benchmarks, with cilium/ebpf 0.22 or newer. Its arguments are the ids of the maps that loops.c uses too. It reads lines
// "OPERATION COUNT" from its input, does what the function of loops.c with this name does, and prints the CPU time of its
// thread in nanoseconds and the sum of what it has read.
//
// Operations without a suffix pass structs, as most programs do. Operations with the suffix _unsafe pass pointers, which
// cilium/ebpf hands to the kernel without a copy.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"strconv"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/ringbuf"
	"golang.org/x/sys/unix"
)

const (
	keyMask       = 4095
	batch         = 4096
	tenantMask    = 511
	tenantKeyMask = 63
	innerEntries  = 128
)

type flowKey struct {
	Cgroup   uint64
	Address  uint32
	Port     uint16
	Protocol uint8
	Padding  uint8
}

type flow struct {
	Packets uint64
	Bytes   uint64
}

type peer struct {
	hash, array, outer *ebpf.Map
	events             *ringbuf.Reader
	inner              map[uint32]*ebpf.Map
	keys               []flowKey
	flows              []flow
}

func keyOf(number int) flowKey {
	return flowKey{Cgroup: uint64(number), Address: uint32(number & 0xffff), Port: bits.ReverseBytes16(443), Protocol: 17}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer.go:", err)
		os.Exit(1)
	}
}

func (p *peer) getHash(count int) (sum uint64) {
	for i := 0; i < count; i++ {
		key := keyOf(i & keyMask)
		var value flow
		check(p.hash.Lookup(&key, &value))
		sum += value.Packets + value.Bytes
	}
	return sum
}

func (p *peer) getHashUnsafe(count int) (sum uint64) {
	for i := 0; i < count; i++ {
		key := keyOf(i & keyMask)
		var value flow
		check(p.hash.Lookup(unsafe.Pointer(&key), unsafe.Pointer(&value)))
		sum += value.Packets + value.Bytes
	}
	return sum
}

func (p *peer) getArrayUnsafe(count int) (sum uint64) {
	for i := 0; i < count; i++ {
		key := uint32(i & keyMask)
		var value flow
		check(p.array.Lookup(unsafe.Pointer(&key), unsafe.Pointer(&value)))
		sum += value.Packets + value.Bytes
	}
	return sum
}

func (p *peer) put(count int) uint64 {
	for i := 0; i < count; i++ {
		key := keyOf(i & keyMask)
		value := flow{Packets: uint64(i & keyMask), Bytes: 1}
		check(p.hash.Put(&key, &value))
	}
	return uint64(count)
}

func (p *peer) putUnsafe(count int) uint64 {
	for i := 0; i < count; i++ {
		key := keyOf(i & keyMask)
		value := flow{Packets: uint64(i & keyMask), Bytes: 1}
		check(p.hash.Put(unsafe.Pointer(&key), unsafe.Pointer(&value)))
	}
	return uint64(count)
}

func (p *peer) removeInsertUnsafe(count int) uint64 {
	for i := 0; i < count; i++ {
		key := keyOf(i & keyMask)
		value := flow{Packets: uint64(i & keyMask), Bytes: 1}
		check(p.hash.Delete(unsafe.Pointer(&key)))
		check(p.hash.Update(unsafe.Pointer(&key), unsafe.Pointer(&value), ebpf.UpdateNoExist))
	}
	return uint64(count)
}

func (p *peer) putAll(count int) uint64 {
	if p.keys == nil {
		for i := 0; i < count; i++ {
			p.keys = append(p.keys, keyOf(i))
			p.flows = append(p.flows, flow{Packets: uint64(i), Bytes: 1})
		}
	}
	for from := 0; from < count; from += batch {
		_, err := p.hash.BatchUpdate(p.keys[from:from+batch], p.flows[from:from+batch], nil)
		check(err)
	}
	return uint64(count)
}

func sumByIterator(m *ebpf.Map) (sum uint64) {
	var key flowKey
	var value flow
	entries := m.Iterate()
	for entries.Next(&key, &value) {
		sum += value.Packets
	}
	check(entries.Err())
	return sum
}

func sumByBatches(m *ebpf.Map, keys []flowKey, values []flow) (sum uint64) {
	var cursor ebpf.MapBatchCursor
	for {
		count, err := m.BatchLookup(&cursor, keys, values, nil)
		if err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
			check(err)
		}
		for _, value := range values[:count] {
			sum += value.Packets
		}
		if err != nil {
			return sum
		}
	}
}

func (p *peer) scanNextKey(int) uint64 {
	return sumByIterator(p.hash)
}

func (p *peer) scanBatch(int) uint64 {
	return sumByBatches(p.hash, make([]flowKey, batch), make([]flow, batch))
}

func (p *peer) cached(id uint32) *ebpf.Map {
	m := p.inner[id]
	if m == nil {
		var err error
		m, err = ebpf.NewMapFromID(ebpf.MapID(id))
		check(err)
		p.inner[id] = m
	}
	return m
}

func (p *peer) nestedGetNaive(count int) (sum uint64) {
	for i := 0; i < count; i++ {
		tenant := uint32(i & tenantMask)
		key := keyOf(i >> 9 & tenantKeyMask)
		var inner *ebpf.Map
		var value flow
		check(p.outer.Lookup(&tenant, &inner))
		check(inner.Lookup(&key, &value))
		inner.Close()
		sum += value.Packets + value.Bytes
	}
	return sum
}

func (p *peer) nestedGetCachedUnsafe(count int) (sum uint64) {
	for i := 0; i < count; i++ {
		tenant := uint32(i & tenantMask)
		key := keyOf(i >> 9 & tenantKeyMask)
		var id uint32
		var value flow
		check(p.outer.Lookup(unsafe.Pointer(&tenant), unsafe.Pointer(&id)))
		check(p.cached(id).Lookup(unsafe.Pointer(&key), unsafe.Pointer(&value)))
		sum += value.Packets + value.Bytes
	}
	return sum
}

func (p *peer) walkNaive(int) (sum uint64) {
	var tenant uint32
	var inner *ebpf.Map
	tenants := p.outer.Iterate()
	for tenants.Next(&tenant, &inner) {
		sum += sumByIterator(inner)
	}
	check(tenants.Err())
	return sum
}

func (p *peer) walkBatch(int) (sum uint64) {
	tenants, ids := make([]uint32, batch), make([]uint32, batch)
	keys, values := make([]flowKey, innerEntries), make([]flow, innerEntries)
	var cursor ebpf.MapBatchCursor
	for {
		count, err := p.outer.BatchLookup(&cursor, tenants, ids, nil)
		if err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
			check(err)
		}
		for _, id := range ids[:count] {
			sum += sumByBatches(p.cached(id), keys, values)
		}
		if err != nil {
			return sum
		}
	}
}

func (p *peer) ringConsume(count int) (sum uint64) {
	var record ringbuf.Record
	for i := 0; i < count; i++ {
		check(p.events.ReadInto(&record))
		event := (*[8]uint64)(unsafe.Pointer(&record.RawSample[0]))
		sum += event[0] + event[7]&0xffffffff
	}
	return sum
}

func open(id string) *ebpf.Map {
	number, err := strconv.Atoi(id)
	check(err)
	m, err := ebpf.NewMapFromID(ebpf.MapID(number))
	check(err)
	return m
}

func threadNanos() int64 {
	var time unix.Timespec
	check(unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &time))
	return time.Nano()
}

func main() {
	runtime.LockOSThread()
	p := &peer{hash: open(os.Args[1]), array: open(os.Args[2]), outer: open(os.Args[3]), inner: map[uint32]*ebpf.Map{}}
	var err error
	p.events, err = ringbuf.NewReader(open(os.Args[4]))
	check(err)
	operations := map[string]func(int) uint64{
		"get_hash":                 p.getHash,
		"get_hash_unsafe":          p.getHashUnsafe,
		"get_array_unsafe":         p.getArrayUnsafe,
		"put":                      p.put,
		"put_unsafe":               p.putUnsafe,
		"remove_insert_unsafe":     p.removeInsertUnsafe,
		"put_all":                  p.putAll,
		"scan_next_key":            p.scanNextKey,
		"scan_batch":               p.scanBatch,
		"nested_get_naive":         p.nestedGetNaive,
		"nested_get_cached_unsafe": p.nestedGetCachedUnsafe,
		"walk_naive":               p.walkNaive,
		"walk_batch":               p.walkBatch,
		"ring_consume":             p.ringConsume,
	}
	requests := bufio.NewScanner(os.Stdin)
	for requests.Scan() {
		var name string
		var count int
		_, err := fmt.Sscan(requests.Text(), &name, &count)
		check(err)
		operation := operations[name]
		if operation == nil {
			check(errors.New("no operation " + name))
		}
		start := threadNanos()
		sum := operation(count)
		fmt.Println(threadNanos()-start, sum)
	}
}
