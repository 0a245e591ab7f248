// SPDX-License-Identifier: Apache-2.0
// The little of libhdf5 that the raster reader needs to be safe: handles that close, and silence.
#pragma once

#include <hdf5.h>

namespace cortile {

// Owns one libhdf5 object; `close` is H5Fclose, H5Dclose, ...
class Hdf5Handle {
  public:
    Hdf5Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
    ~Hdf5Handle() {
        if (id_ >= 0) {
            close_(id_);
        }
    }
    Hdf5Handle(const Hdf5Handle&) = delete;
    Hdf5Handle& operator=(const Hdf5Handle&) = delete;

    bool valid() const { return id_ >= 0; }
    hid_t id() const { return id_; }

  private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

// While one lives, libhdf5 does not print its error stack.
class Hdf5Silence {
  public:
    Hdf5Silence() {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~Hdf5Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
    Hdf5Silence(const Hdf5Silence&) = delete;
    Hdf5Silence& operator=(const Hdf5Silence&) = delete;

  private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

}  // namespace cortile
