enum mode {
	MODE_OFF = 0,
	MODE_ON = 1,
};

union v6addr {
	struct {
		__u32 p1;
		__u32 p2;
		__u32 p3;
		__u32 p4;
	};
	struct {
		__u64 d1;
		__u64 d2;
	};
	__u8 addr[16];
} __attribute__((packed));

struct ct_tuple {
	union v6addr destination;
	union v6addr source;
	__be16 ports[2];
	__u8 protocol;
	__u8 flags;
} __attribute__((packed));

struct ct_entry {
	__u16 rx_closing : 1;
	bool on : 1;
	enum mode mode : 2;
	__s16 rest : 11;
	__u64 wide : 33;
	__u8 _pad0[2];
	union {
		__u64 a;
		struct {
			__u8 b;
			__u8 _pad1[3];
			__u32 c;
		};
	};
	struct bpf_spin_lock lock;
	__u8 _pad2[4];
	struct bpf_timer timer;
	void *task;
	struct {
		__u8 x;
		__u8 _pad0[1];
		__u16 y;
	} points[3];
	__u8 _pad3[4];
	__u8 lines[3];
	__u8 _pad4[13];
	unsigned __int128 huge;
	__int128 huge_signed;
	__u8 _pad5 : 4;
	__u8 last : 3;
	__u8 _pad6 : 1;
	__u8 _pad7[15];
} __attribute__((aligned(64)));

struct sparse {
	__u8 _pad0[3];
	__u8 a;
	__u32 b : 31;
	__u32 c : 2;
	__u8 _pad1 : 7;
	__u8 _pad2[7];
} __attribute__((packed, aligned(16)));
