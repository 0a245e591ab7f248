// What a simulator is given; paths are relative to this file.
+incdir+include
serial_lif.v
serial_lif_shim.v
